import { type Given, only, type Tools } from './command.ts'

/** The id of the tenant that `--tenant` names, by name or id; empty when it was not given. @throws {Fault} not-found */
export async function tenantIdOf(given: Given, { admin }: Pick<Tools, 'admin'>): Promise<string> {
  const tenant = given.text('tenant')
  if (tenant === undefined) return ''
  const { tenants } = await admin.listTenants({ tenant })
  return only(tenants, `tenant ${tenant}`).id
}
