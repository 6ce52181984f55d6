/** Notices about mail, as another program than ours reads them. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'

/** What Python's email makes of a notice. */
const READ = `
import email, email.policy, json, sys
mail = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
parts = list(mail.iter_parts())
status = [dict(block.items()) for block in parts[1].get_payload()]
print(json.dumps({
  'type': mail.get_content_type(), 'report': mail.get_param('report-type'), 'subject': mail['subject'],
  'types': [part.get_content_type() for part in parts], 'text': parts[0].get_content(),
  'status': status, 'defects': [str(d) for part in mail.walk() for d in part.defects],
  'returned': parts[2].get_payload(decode=True).decode('utf-8') if not parts[2].is_multipart() else parts[2].get_payload(0).as_string(),
}))
`

/** A bounce or another notice of the platform, RFC 3464. */
export interface Notice {
  readonly type: string
  readonly report: string
  readonly subject: string
  readonly types: readonly string[]
  readonly text: string
  readonly status: readonly Readonly<Record<string, string>>[]
  readonly defects: readonly string[]
  readonly returned: string
}

export function readNotice(input: Buffer): Notice {
  const { stdout, stderr } = spawnSync('python3', ['-c', READ], { input })
  return JSON.parse(String(stdout) || assert.fail(String(stderr)))
}
