import type { Command } from './command.ts'
import { accountCommands } from './commands/account.ts'
import { addressCommands } from './commands/address.ts'
import { domainCommands } from './commands/domain.ts'
import { quickstartCommand } from './commands/quickstart.ts'
import { storeCommands } from './commands/store.ts'
import { tenantCommands } from './commands/tenant.ts'

/** Everything that `hikyaku` can do. */
export const COMMANDS: readonly Command[] = [
  quickstartCommand,
  ...tenantCommands,
  ...domainCommands,
  ...accountCommands,
  ...addressCommands,
  ...storeCommands,
]
