/** What the world's mail servers say, and what each of them means by it. Data: `classify` reads it top down. */

import type { BounceClass } from './bounce-class.ts'

/** How far an attempt had come when it failed. */
export type Stage =
  | 'dns'
  | 'connect'
  | 'greeting'
  | 'ehlo'
  | 'tls'
  | 'auth'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'dot'

/** All that a rule names must fit; the first rule that fits decides. */
export interface Rule {
  readonly reason: BounceClass
  /** Whether waiting is known to be of no use, or of use, whatever the code says; missing: the code decides. */
  readonly lasting?: boolean
  readonly stages?: readonly Stage[]
  /** First and last; `none` is for what no server said. */
  readonly codes?: readonly [first: number, last: number] | 'none'
  /** Of the whole enhanced status. RFC 3463 §3 */
  readonly status?: RegExp
  /** Of the reply's text in lower case, on one line, without mail addresses, or codes at the start of its lines. */
  readonly text?: RegExp
}

/** Nobody answered: what we found out by ourselves. */
const OURS: readonly Rule[] = [
  { reason: 'null-mx', lasting: true, codes: 'none', status: /^5\.1\.10$/ },
  { reason: 'loop', lasting: true, codes: 'none', status: /^5\.4\.6$/ },
  { reason: 'bad-domain', lasting: true, stages: ['dns'], status: /^5\.(?:1\.2|4\.4)$/ },
  // Before the texts: there are domains called loop and nxdomain.
  { reason: 'dns-failed', lasting: false, stages: ['dns'], status: /^4/ },
  { reason: 'null-mx', lasting: true, codes: 'none', text: /null mx/ },
  { reason: 'bad-domain', lasting: true, stages: ['dns'], text: /nxdomain|does not exist/ },
  { reason: 'dns-failed', lasting: false, stages: ['dns'] },
  // Something of ours was in the way.
  { reason: 'other', lasting: false, codes: 'none', status: /^4\.3\.0$/ },
  { reason: 'connection-failed', lasting: false, stages: ['connect'] },
  { reason: 'authentication-failed', lasting: false, stages: ['auth'], status: /^4\.7\.0$/ },
  { reason: 'not-supported', lasting: true, codes: 'none', status: /^5\.(?:3\.3|5\.4|6\.\d+)$/ },
  { reason: 'message-too-large', lasting: true, codes: 'none', status: /^5\.(?:2\.3|3\.4)$/ },
  { reason: 'tls-failed', lasting: false, codes: 'none', stages: ['tls'] },
  { reason: 'tls-failed', lasting: false, codes: 'none', status: /^[45]\.7\.(?:4|5|10|11)$/ },
  { reason: 'protocol-error', lasting: false, codes: 'none', status: /^[45]\.5\.\d+$/ },
  { reason: 'connection-lost', lasting: false, codes: 'none' },
]

/** Words that mean one thing wherever they stand, and that others would be mistaken for. */
const CLEAR: readonly Rule[] = [
  {
    reason: 'loop',
    text: /too many hops|hop count|mail(?:er|forwarding)? loop|mail forwarding loop|routing loop|loops? back|exceeded \d+ hops|too many received|loop detected/,
  },
  { reason: 'loop', status: /^[45]\.4\.(?:6|14)$/ },
  {
    // Exchange puts a meaning of its own on 5.1.10 and 5.4.1, and says "access denied" of who is not there.
    reason: 'bad-mailbox',
    text: /recipientnotfound|recipient address rejected: access denied|recipient not found by smtp/,
  },
  { reason: 'null-mx', codes: [500, 599], status: /^5\.1\.10$/ },
  { reason: 'null-mx', codes: [500, 599], text: /null mx/ },
  { reason: 'tls-failed', lasting: false, stages: ['tls'] },
  {
    reason: 'tls-failed',
    lasting: false,
    text: /must issue a starttls|starttls (?:is )?(?:required|first)|(?:encryption|tls) (?:is )?(?:required|needed)|requires? (?:tls|encryption)/,
  },
  { reason: 'tls-failed', lasting: false, status: /^[45]\.7\.10$/ },
  { reason: 'authentication-failed', lasting: false, stages: ['auth'] },
  {
    reason: 'greylisted',
    lasting: false,
    text: /gr[ae]y-? ?list|postgrey|first-time (?:sender|contact)|come back (?:in|later)|retry (?:in|after) \d+|try again (?:in|after) \d+/,
  },
]

/** What they hold against the message's sender, our servers, or how much we send. */
const TRUST: readonly Rule[] = [
  {
    reason: 'authentication-failed',
    text: /\bdmarc\b|\bspf\b|\bdkim\b|unauthenticated|sender policy framework|dmarcrejection/,
  },
  {
    reason: 'reputation',
    text: /(?:low|poor|bad|ip|sender|domain|negative) reputation|reputation of|due to (?:its )?reputation|senderbase/,
  },
  { reason: 'sender-refused', text: /unresolvable \S+ (?:from )?domain/ },
  // Yahoo's words; what it calls deferred does not get better.
  { reason: 'reputation', text: /will be permanently deferred/ },
  {
    reason: 'host-busy',
    lasting: false,
    text: /too many (?:\w+ ){0,3}(?:connections|sessions|processes)|connection limit|server (?:is )?(?:too )?busy|system (?:is )?(?:too )?busy|too busy|overload|load (?:is )?too high/,
  },
  {
    reason: 'rate-limited',
    lasting: false,
    text: /rate[- ]?limit|throttl|too (?:quickly|fast)|too many (?:messages|mails|e-?mails|recipients|rcpts?|invalid recipients|errors|transactions)|unusual rate|rate that prevents|receivingrate|sending (?:quota|limit)|exceeded (?:the )?(?:maximum )?(?:rate|number of messages)|messages? per (?:hour|day|minute|connection)|(?:excessive|unexpected) volume|daily (?:\w+ ){0,2}(?:limit|quota)|temporarily deferred|volume of (?:e?mail|messages)/,
  },
  {
    reason: 'reputation',
    text: /spamhaus|spamcop|spamrats|sorbs|barracudacentral|abuseat|uceprotect|invaluement|ivmsip|dnsbl|\brbl\b|\bdul\b|(?:black|block|deny) ?list|is listed (?:at|by|in|on)|blocked using|banned sending ip|on our block list|\bs31[45]\d\b/,
  },
  {
    reason: 'reputation',
    text: /\bptr\b|reverse (?:dns|hostname|lookup)|dynamic (?:ip|address)|dial-?up|residential|generic (?:dns|ptr|hostname)|client host rejected|ip (?:address )?(?:is )?(?:blocked|banned|rejected)|not authorized to send e?mail directly|blocked - see|not accepting connections/,
  },
  { reason: 'reputation', status: /^[45]\.7\.25$/ },
  {
    reason: 'sender-refused',
    text: /(?:invalid|bad|unknown|forged|unverified|fake) sender|sender (?:e?-?mail )?(?:address |id )?(?:is )?(?:rejected|denied|refused|blocked|invalid|not accepted|not allowed|verify failed|verification)|sender verif|senders? domain|domain of (?:the )?sender|envelope sender|(?:return|reverse)[- ]path|mail from (?:\S+ )?(?:denied|rejected|not)|null sender|address in from/,
  },
  { reason: 'sender-refused', status: /^[45]\.1\.[78]$/ },
]

/** Whoever it is for. */
const RECIPIENT: readonly Rule[] = [
  {
    // Gmail: full, and nobody has come for long.
    reason: 'inactive-mailbox',
    text: /overquotaperm|out of storage space and inactive/,
  },
  {
    reason: 'message-too-large',
    text: /message (?:size |is |was )?(?:too (?:big|large|long)|exceeds|exceeded|larger)|message size|size limit|too much mail data|maximum (?:message )?size|exceeds? (?:the )?max|(?:mail|e-?mail|data|body) (?:is )?too (?:big|large)|larger than (?:the )?(?!current)/,
    codes: [500, 599],
  },
  {
    reason: 'mailbox-full',
    lasting: false,
    text: /over ?-?quota|quota|mail ?box (?:\S+ ){0,3}(?:is )?(?:almost )?full|(?:inbox|account|recipient|user|maildir|storage) (?:\S+ ){0,3}(?:is )?full|out of storage|storage allocation|mail ?box (?:size |limit )|(?:insufficient|not enough|no) (?:disk |mailbox |storage )?space|mailfolder (?:is )?full|too many messages in (?:the )?mailbox/,
  },
  { reason: 'mailbox-full', lasting: false, status: /^[45]\.2\.2$/ },
  {
    reason: 'inactive-mailbox',
    text: /(?:account|user|mail ?box|address|recipient)(?: \S+)?(?: that you tried to reach)? (?:is |has been |was )?(?:temporarily |currently )?(?:disabled|suspended|inactive|deactivated|locked|closed|discontinued|terminated|expired|frozen)|inactive (?:e-?mail|user|account|mail ?box)|(?:disabled|suspended) (?:user|account|mail ?box|recipient)|(?:not|no longer) (?:active|valid|in use|activated|on server)|account (?:\S+ )?not activ|no longer accepts mail|mailbox (?:has )?(?:been )?moved|disabled or discontinued|has left|user hangup/,
  },
  { reason: 'inactive-mailbox', codes: [500, 599], status: /^5\.(?:2\.1|1\.6|7\.13)$/ },
  {
    // docomo and au say it of people whose filter refuses us: to be told from who is not there by when they say it.
    reason: 'policy-refused',
    stages: ['data', 'dot'],
    text: /^:? ?(?:unknown user|user unknown)/,
  },
  { reason: 'policy-refused', text: /^: user unknown/ },
  { reason: 'policy-refused', text: /tenantattribution|resolver\.rst|authrequired/ },
  {
    reason: 'bad-domain',
    text: /relay(?:ing)? (?:access )?(?:denied|not|prohibited|refused|is not)|(?:unable|not allowed|not permitted|denied|do(?:es)? not|don't|won't|cannot|refuse) to relay|(?:do not|don't|no) relay|relaying denied|rcpthosts|host unknown|(?:domain|host) (?:name )?(?:\S+ )?(?:not found|does not exist|isn't|is not (?:hosted|local|ours|allowed))|unknown domain|bad destination (?:host|system)|not (?:a )?(?:locally )?hosted|mail for (?:\S+ )?(?:is )?not (?:accepted|handled)|recipient domain/,
  },
  { reason: 'bad-domain', status: /^5\.(?:1\.2|4\.4)$/ },
  {
    reason: 'policy-refused',
    text: /restricted recipient|mailing list|members? only|authentication (?:is )?required|requires? authentication|smtp auth/,
  },
  {
    reason: 'bad-mailbox',
    text: /(?:user|recipient|mail ?box|address|account|alias|local part|addressee|customer|subscriber)(?: \S+)? (?:is |was |does |could |has )?(?:unknown|not (?:be )?(?:found|exist|known|listed|valid)|non-?exist|invalid|undeliverable|unrecognized|doesn't exist|does not exist|no longer exist|unavailable|not available)|(?:unknown|invalid|no such|non-?existent|undeliverable|illegal|bad|unrecognized) (?:local |virtual |e-?mail |destination |or \S+ )?(?:user|recipient|mail ?box|address|account|alias|id|person|rcpt)/,
  },
  {
    reason: 'bad-mailbox',
    text: /unknown or illegal|unrouteable address|doesn't have an? \S+ account|no mail-?box (?:here|by that)|not (?:our|a known|a valid) (?:customer|user|mailbox|recipient)|does not exist|doesn't exist|user not (?:found|local)|no one (?:here )?(?:with|by)|utilisateur inconnu|unknown in (?:local|virtual|relay)|mailbox name not allowed|no_such_user|user.{0,60}unknown|recipient rejected|not a valid (?:user|mailbox)|vdeliver|invalid:|cannot find/,
  },
  { reason: 'bad-mailbox', status: /^[45]\.1\.[134]$/ },
]

/** The message itself. */
const CONTENT: readonly Rule[] = [
  {
    reason: 'content-refused',
    text: /virus|malware|attachment|phish|infected|trojan|executable|security issue|(?:blocked|banned|prohibited|illegal|forbidden) (?:file|content|extension|subject)|rfc ?\d* ?5322|(?:missing|invalid|duplicate|multiple|malformed) [^.]{0,40}(?:header|date|message-id)|headers? (?:are |is )?not|non-?compliant|malicious|unsafe/,
  },
  {
    reason: 'spam-refused',
    text: /\bspam|spam\b|unsolicited|junk ?-?mail|\bbulk\b|suspicious|\buce\b|\bube\b/,
  },
  {
    reason: 'content-refused',
    text: /content|\bbare (?:lf|cr|<?lf|line feed)|message (?:was )?(?:rejected|refused|blocked) (?:by|due to) filter|\burl\b/,
  },
  { reason: 'not-supported', status: /^5\.(?:3\.3|6\.[3679]|6\.10)$/ },
  { reason: 'not-supported', text: /smtputf8|8bitmime|internationali[sz]ed/ },
  { reason: 'message-too-large', codes: [500, 599], status: /^5\.(?:2\.3|3\.4)$/ },
  { reason: 'content-refused', status: /^[45]\.6\.\d+$/ },
]

/** Nothing that is known by its words: what the numbers say. */
const NUMBERS: readonly Rule[] = [
  {
    reason: 'protocol-error',
    text: /helo (?:command )?rejected|(?:helo|ehlo)\b|syntax error|bad sequence|protocol (?:error|violation)|out of (?:order|sequence)|unrecognized command|command unrecognized|command not (?:recognized|implemented)|pipelin|synchroni[sz]ation/,
  },
  { reason: 'policy-refused', text: /polic|administrative|access denied|whitelist/ },
  {
    reason: 'host-busy',
    codes: [400, 499],
    text: /insufficient (?:system )?(?:storage|resources)|out of memory|try (?:again )?later|try again|temporar|not available|unavailable|resources|shutting down|maintenance|closing|queue file|internal (?:server )?error|local (?:error|problem)|server error|system (?:error|problem|failure)|timeout|timed out|expired|lookup fail/,
  },
  {
    reason: 'policy-refused',
    text: /not (?:allowed|authori[sz]ed|permitted|accepted)|prohibited|refused|blocked|rejected|denied|restrict|banned|do(?:es)? not accept/,
  },
  { reason: 'policy-refused', status: /^[45]\.7\.\d+$/ },
  { reason: 'rate-limited', lasting: false, status: /^[45]\.(?:5\.3|4\.5)$/ },
  { reason: 'host-busy', status: /^4\.(?:3\.[0-2]|4\.5)$/ },
  { reason: 'bad-mailbox', codes: [500, 599], status: /^5\.1\.\d+$/ },
  { reason: 'protocol-error', status: /^[45]\.5\.\d+$/ },
  { reason: 'host-busy', codes: [421, 421] },
  // The RFC asks to read 552 here as 452. RFC 5321 §4.5.3.1.10
  { reason: 'mailbox-full', lasting: false, stages: ['rcpt'], codes: [552, 552] },
  { reason: 'host-busy', codes: [451, 452] },
  { reason: 'message-too-large', codes: [552, 552] },
  { reason: 'not-supported', codes: [555, 555] },
  { reason: 'protocol-error', codes: [500, 504] },
  { reason: 'policy-refused', codes: [530, 539] },
  { reason: 'bad-domain', codes: [556, 556] },
  { reason: 'bad-mailbox', stages: ['rcpt'], codes: [550, 551] },
  { reason: 'bad-mailbox', stages: ['rcpt'], codes: [553, 553] },
  { reason: 'sender-refused', stages: ['mail'], codes: [550, 553] },
  { reason: 'policy-refused', codes: [550, 554] },
  { reason: 'other' },
]

export const TABLE: readonly Rule[] = [
  ...OURS,
  ...CLEAR,
  ...TRUST,
  ...RECIPIENT,
  ...CONTENT,
  ...NUMBERS,
]
