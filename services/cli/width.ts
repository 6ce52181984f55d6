/** How many columns of a terminal a text takes. */

// Half-width katakana are of the script Katakana too, but narrow.
const WIDE =
  /^(?![\uff61-\uff9f])(?:[\u1100-\u115f\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Bopomofo}\p{sc=Yi}]|\u30fc|\p{Emoji_Presentation})/u

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** Kanji, kana and their like take two columns; marks that combine take none. UAX #11 */
export function widthOf(text: string): number {
  let width = 0
  for (const { segment } of graphemes.segment(text)) {
    // Half-width voice marks belong to the grapheme before them, and take a column all the same.
    width += (WIDE.test(segment) ? 2 : 1) + segment.slice(1).replace(/[^\uff9e\uff9f]/g, '').length
  }
  return width
}

export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}
