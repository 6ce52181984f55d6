/** Mails that other people's programs trip over: 8-bit, Japanese, large, with parts. */

import { randomBytes } from 'node:crypto'

/** UTF-8 as it is, in the body and, against all RFCs before 6532, in the header. */
export const JAPANESE = crlf(`From: =?UTF-8?B?5bGx55Sw?= <yamada@elsewhere.test>
To: alice@example.test
Subject: 請求書の件
Date: Sat, 21 Nov 2026 10:00:00 +0900
Message-ID: <japanese@elsewhere.test>
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit

お世話になっております。
.点で始まる行
`)

/** A text, and an attachment with a Japanese file name in the way of RFC 2231. */
export const WITH_PARTS = crlf(`From: "Suzuki, Ichiro" <suzuki@elsewhere.test>
To: alice@example.test
Cc: bob@example.test
Subject: =?ISO-2022-JP?B?GyRCRnxLXDhsGyhC?=
Date: Sat, 21 Nov 2026 11:00:00 +0900
Message-ID: <parts@elsewhere.test>
References: <japanese@elsewhere.test>
In-Reply-To: <japanese@elsewhere.test>
X-Priority: 1
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="cut here"

--cut here
Content-Type: text/plain; charset=iso-2022-jp
Content-Transfer-Encoding: 7bit

Plain text
--cut here
Content-Type: application/pdf
Content-Disposition: attachment; filename*=UTF-8''%E8%AB%8B%E6%B1%82%E6%9B%B8.pdf
Content-Transfer-Encoding: base64

JVBERi0xLjQK
--cut here--
`)

/** A mail of about so many bytes that nothing can compress away. */
export function largeMail(sizeBytes: number): Buffer {
  const body = randomBytes(Math.ceil((sizeBytes * 3) / 4))
  const lines = body.toString('base64').replaceAll(/.{76}/g, '$&\r\n')
  return Buffer.concat([
    crlf('Subject: large\nMessage-ID: <large@elsewhere.test>\n\n'),
    Buffer.from(`${lines}\r\n`),
  ])
}

/** A small mail with this subject. */
export function plainMail(subject: string): Buffer {
  return crlf(`From: someone@elsewhere.test
To: alice@example.test
Subject: ${subject}
Message-ID: <${subject}@elsewhere.test>

The text of ${subject}.
`)
}

function crlf(text: string): Buffer {
  return Buffer.from(text.replaceAll('\n', '\r\n'))
}
