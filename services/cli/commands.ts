import type { Command } from './command.ts'
import { accountCommands } from './commands/account.ts'
import { addressCommands } from './commands/address.ts'
import { dkimCommands } from './commands/dkim.ts'
import { domainCommands } from './commands/domain.ts'
import { domainCheckCommand } from './commands/domain-check.ts'
import { groupCommands } from './commands/group.ts'
import { ledgerCommands } from './commands/ledger.ts'
import { migrationCommands } from './commands/migration.ts'
import { pauseCommands } from './commands/pause.ts'
import { queueCommands } from './commands/queue.ts'
import { quickstartCommand } from './commands/quickstart.ts'
import { rollCommand } from './commands/roll.ts'
import { routeCommands } from './commands/route.ts'
import { sendingCommands } from './commands/sending.ts'
import { storeCommands } from './commands/store.ts'
import { tenantCommands } from './commands/tenant.ts'
import { traceCommand } from './commands/trace.ts'

/** Everything that `hikyaku` can do. */
export const COMMANDS: readonly Command[] = [
  quickstartCommand,
  ...tenantCommands,
  ...domainCommands,
  domainCheckCommand,
  ...accountCommands,
  ...addressCommands,
  ...groupCommands,
  ...sendingCommands,
  ...dkimCommands,
  ...storeCommands,
  traceCommand,
  ...queueCommands,
  ...pauseCommands,
  ...routeCommands,
  ...ledgerCommands,
  ...migrationCommands,
  rollCommand,
]
