/** Where clients come in: what each door is called, the setting that places it, and the service behind it. */
export const DOORS = [
  { key: 'smtp', what: 'SMTP', setting: 'EDGE_LISTEN', service: 'edge' },
  {
    key: 'submission',
    what: 'SMTP of users (STARTTLS)',
    setting: 'SUBMISSION_LISTEN',
    service: 'submission',
  },
  {
    key: 'submissions',
    what: 'SMTP of users (TLS)',
    setting: 'SUBMISSIONS_LISTEN',
    service: 'submission',
  },
  { key: 'imap', what: 'IMAP (STARTTLS)', setting: 'IMAP_LISTEN', service: 'imap' },
  { key: 'imaps', what: 'IMAP (TLS)', setting: 'IMAPS_LISTEN', service: 'imap' },
] as const

/** Where the pages of all processes together are served. */
export const STATUS_PAGE = { key: 'http', what: 'health, metrics', setting: 'HTTP_LISTEN' } as const
