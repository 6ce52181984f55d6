/** Its main file loads much that we do not use (BIMI, an HTTP client); the types are only there. */
declare module 'mailauth/lib/spf/index.js' {
  export { spf } from 'mailauth'
}
