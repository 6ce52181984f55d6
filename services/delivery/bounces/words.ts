import type { BounceClass } from './bounce-class.ts'

/** What happened in the first sentence, and what to do about it in the others, for people who are no engineers. */
export interface Words {
  readonly ja: string
  readonly en: string
}

/** What a notice says of each class. Nothing in it promises what only the other side can know. */
export const WORDS: Readonly<Record<BounceClass, Words>> = {
  'bad-mailbox': {
    ja: 'この宛先は存在しないようです。アドレスに間違いがないかご確認ください。分からないときは、相手の方に別の方法でお尋ねください。',
    en: 'There seems to be no such address. Please check its spelling, or ask the recipient in another way.',
  },
  'bad-domain': {
    ja: '宛先の「@」より後ろの部分(ドメイン)が存在しないか、メールの受信に対応していません。つづりをご確認ください。',
    en: 'The part after the "@" does not exist or takes no mail. Please check its spelling.',
  },
  'null-mx': {
    ja: 'この宛先のドメインは、メールを一切受け取らないと公表しています。別の宛先をお使いください。',
    en: 'This domain says that it takes no mail at all. Please use another address.',
  },
  'inactive-mailbox': {
    ja: 'この宛先は停止されているか、現在使われていません。相手の方に別の方法でご連絡ください。',
    en: 'This address is disabled or no longer in use. Please contact the recipient in another way.',
  },
  'mailbox-full': {
    ja: '相手の方のメールボックスがいっぱいです。空きができてから、もう一度お送りください。',
    en: "The recipient's mailbox is full. Please send the message again when there is room in it.",
  },
  'message-too-large': {
    ja: 'メールが大きすぎて、相手のサーバーが受け取れません。添付ファイルを減らすか、別の方法でお渡しください。',
    en: 'The message is larger than the other side takes. Please send fewer attachments, or share them in another way.',
  },
  'content-refused': {
    ja: '相手のサーバーがメールの内容(添付ファイルや形式)を理由に受信を拒否しました。内容を変えて、もう一度お送りください。',
    en: 'The other side refused what is in the message, such as an attachment. Please change it and send it again.',
  },
  'spam-refused': {
    ja: '相手のサーバーがこのメールを迷惑メールと判断しました。文面やリンクを見直すか、相手の方に別の方法でご連絡ください。',
    en: 'The other side took the message for spam. Please reword it, or contact the recipient in another way.',
  },
  'policy-refused': {
    ja: '相手のサーバーの方針、または相手の方の受信設定により、受信を拒否されました。相手の方に、受信拒否の設定の確認をお願いしてください。',
    en: 'The rules of the other side do not let the message in. Please ask the recipient to check their filter settings.',
  },
  'sender-refused': {
    ja: '相手のサーバーが差出人アドレスを受け付けませんでした。差出人の設定をご確認のうえ、管理者にお問い合わせください。',
    en: 'The other side does not accept your sender address. Please check it, and ask your administrator.',
  },
  'authentication-failed': {
    ja: '差出人が本物であること(SPF・DKIM・DMARC)、または接続の認証を確認できないという理由で、受信を拒否されました。管理者にお問い合わせください。',
    en: 'The other side could not verify who sent the message (SPF, DKIM, DMARC or a login). Please ask your administrator.',
  },
  reputation: {
    ja: '相手のサーバーが、当方のサーバーからのメールの受信を制限しています。管理者にお問い合わせください。',
    en: 'The other side does not trust mail from our servers at present. Please tell your administrator.',
  },
  'rate-limited': {
    ja: '短い時間に多くのメールが送られたため、相手のサーバーが受信を制限しています。時間をおいて、もう一度お送りください。',
    en: 'The other side takes only so many messages at a time. Please send it again later.',
  },
  greylisted: {
    ja: '相手のサーバーが、初めての差出人からのメールをしばらく待たせています。時間をおいて、もう一度お送りください。',
    en: 'The other side asks senders that it does not know yet to wait. Please send it again later.',
  },
  'not-supported': {
    ja: '相手のサーバーが、このメールに必要な機能(日本語などのアドレスなど)に対応していません。別の宛先をお使いください。',
    en: 'The other side lacks a feature that the message needs, such as international addresses. Please use another address.',
  },
  'protocol-error': {
    ja: '相手のサーバーとのやり取りに不具合がありました。何度も起きるときは、管理者にお問い合わせください。',
    en: 'The two mail servers did not understand each other. If it happens again, please tell your administrator.',
  },
  'tls-failed': {
    ja: '相手のサーバーと暗号化した通信ができませんでした。何度も起きるときは、管理者にお問い合わせください。',
    en: 'No encrypted connection to the other side could be made. If it happens again, please tell your administrator.',
  },
  'dns-failed': {
    ja: '宛先のサーバーを調べることができませんでした。宛先のつづりをご確認のうえ、時間をおいて、もう一度お送りください。',
    en: 'The mail server of the address could not be looked up. Please check the address, and try again later.',
  },
  'connection-failed': {
    ja: '相手のサーバーに接続できませんでした。時間をおいて、もう一度お送りください。',
    en: 'The mail server of the other side could not be reached. Please try again later.',
  },
  'connection-lost': {
    ja: '相手のサーバーとの接続が途中で切れました。時間をおいて、もう一度お送りください。',
    en: 'The connection to the other side broke on the way. Please try again later.',
  },
  'host-busy': {
    ja: '相手のサーバーが混み合っているか、一時的に利用できません。時間をおいて、もう一度お送りください。',
    en: 'The mail server of the other side is busy or out of order. Please try again later.',
  },
  loop: {
    ja: 'メールの転送先が堂々巡りになっていて、届けられませんでした。転送の設定をご確認ください。',
    en: 'The message goes round in circles between forwarding addresses. Please check the forwarding settings.',
  },
  expired: {
    ja: '何度も配送を試みましたが、期限までに届けられませんでした。宛先をご確認のうえ、必要であればもう一度お送りください。',
    en: 'We tried many times and could not deliver it in time. Please check the address, and send it again if need be.',
  },
  operator: {
    ja: '管理者がこのメールの配送を取りやめました。管理者にお問い合わせください。',
    en: 'An administrator stopped the delivery of this message. Please ask your administrator.',
  },
  other: {
    ja: '理由は下の「詳しい理由」をご覧ください。',
    en: 'The reason is shown below.',
  },
}
