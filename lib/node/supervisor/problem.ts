/** Why the platform cannot start, in words for whoever typed `npm start`, with what to do about it. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem'
}
