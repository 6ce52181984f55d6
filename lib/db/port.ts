/**
 * The document port: collections in a typed subset of MongoDB's terms, on MongoDB or SQLite.
 *
 * Every write is atomic on one document and durable when its promise resolves (but see `lazy`). A query that no declared
 * index serves is refused on both engines (`UnindexedQuery`): nothing scans in production that did not scan
 * in a test. Numbers are doubles unless given as bigint (64-bit integer); `undefined` means missing and is
 * never stored; null is a value, and as in MongoDB `{f: null}` matches null and missing. Binaries come back
 * as Buffer. A document takes at most 16 MB (Fault `too-large`).
 *
 * An index serves equality (or `$in`) on its leading fields, then one range, then the order of what
 * follows; other conditions are checked on what that finds. The empty filter is served by the `_id`.
 *
 * When the engine does not answer, Fault `unavailable`: a write may then have happened, or not.
 */

export type Scalar = string | number | bigint | boolean | Date | Uint8Array | null
export type Value = Scalar | readonly Value[] | { readonly [field: string]: Value | undefined }

/**
 * What a collection holds. `_id` of what belongs to an account begins with the account. A number in `v` is the schema whose
 * form it has; missing is 1: written only with a form that an older release does not know (lib/db/schema.ts).
 */
export interface Document {
  readonly _id: string
}

/**
 * Conditions on one field. All given must hold. Array fields match when any element does; do not ask
 * for a range with two ends of an array, as each end may be met by another element.
 */
export interface Condition {
  readonly $eq?: Value
  readonly $ne?: Value
  readonly $in?: readonly Value[]
  readonly $gt?: Scalar
  readonly $gte?: Scalar
  readonly $lt?: Scalar
  readonly $lte?: Scalar
  readonly $exists?: boolean
}

/** Field paths (dots reach into sub-documents) and what must hold of each; all must. */
export type Filter = { readonly [path: string]: Scalar | Condition }

/** What to change. Paths may use dots; `$setOnInsert` counts only when an upsert inserts. */
export interface Update {
  readonly $set?: { readonly [path: string]: Value }
  readonly $unset?: { readonly [path: string]: true }
  /** bigint for fields that hold bigint, number for numbers. */
  readonly $inc?: { readonly [path: string]: number | bigint }
  readonly $min?: { readonly [path: string]: Scalar }
  readonly $max?: { readonly [path: string]: Scalar }
  readonly $push?: { readonly [path: string]: Value | { readonly $each: readonly Value[] } }
  readonly $addToSet?: { readonly [path: string]: Value | { readonly $each: readonly Value[] } }
  readonly $pull?: { readonly [path: string]: Value | Condition }
  readonly $setOnInsert?: { readonly [path: string]: Value }
}

export type Sort = { readonly [path: string]: 1 | -1 }

export interface Index {
  /** Unique within the collection; a unique violation names it. */
  readonly name: string
  /** Paths in order; one of them may hold arrays (multikey). */
  readonly fields: Sort
  readonly unique?: boolean
  /**
   * Partial: only documents that match are in the index, and only queries that imply it use it.
   * Equality, ranges and `$exists: true`.
   */
  readonly where?: Filter
  /** Documents go away this long after the Date in the (single) field. */
  readonly expireAfterSeconds?: number
}

/** Declared next to the type of what it holds. `_id` is always indexed and unique. */
export interface CollectionSpec<_T extends Document> {
  readonly name: string
  readonly indexes: readonly Index[]
  /**
   * A write may be told before it is on the disk: whoever relies on it writes to another collection of the same
   * database afterwards, or could do it again. On SQLite nothing that is written later outlives what was written
   * before, and so the later write waits for both; other engines take no notice.
   */
  readonly lazy?: boolean
}

export interface FindOptions {
  readonly sort?: Sort
  /** 0 means none. */
  readonly limit?: number
  readonly skip?: number
  /** Only these top-level fields, and `_id`. */
  readonly fields?: readonly string[]
}

export interface UpdateResult {
  readonly matched: number
  /** True when an upsert inserted. */
  readonly upserted: boolean
}

/** One write of a bulk; they are tried in order, and the first failure ends the bulk. */
export type Write<T extends Document> =
  | { readonly kind: 'insert'; readonly document: T }
  | {
      readonly kind: 'update'
      readonly filter: Filter
      readonly update: Update
      readonly upsert?: boolean
    }
  | {
      readonly kind: 'replace'
      readonly filter: Filter
      readonly document: T
      readonly upsert?: boolean
    }
  | { readonly kind: 'delete'; readonly filter: Filter }

export interface Collection<T extends Document> {
  findOne(filter: Filter, options?: FindOptions): Promise<T | undefined>
  /** Streams in constant memory; leaving the loop early closes the cursor. */
  find(filter: Filter, options?: FindOptions): AsyncIterable<T>
  count(filter: Filter): Promise<number>
  /** @throws {DuplicateKey} */
  insertOne(document: T): Promise<void>
  updateOne(filter: Filter, update: Update, options?: { upsert?: boolean }): Promise<UpdateResult>
  /** Each document by itself; on failure some may be changed. */
  updateMany(filter: Filter, update: Update): Promise<UpdateResult>
  /** The whole document is replaced; its `_id` stays. */
  replaceOne(filter: Filter, document: T, options?: { upsert?: boolean }): Promise<UpdateResult>
  /**
   * Returns the document as it became (`after`, the default) or as it was (`before`); undefined when
   * none matched. An upsert needs an `_id`, from the filter or `$setOnInsert`.
   */
  findOneAndUpdate(
    filter: Filter,
    update: Update,
    options?: { upsert?: boolean; returns?: 'before' | 'after'; sort?: Sort },
  ): Promise<T | undefined>
  deleteOne(filter: Filter): Promise<boolean>
  deleteMany(filter: Filter): Promise<number>
  /** Many writes in one round trip, each atomic by itself, in order, stopping at the first failure. */
  bulkWrite(writes: readonly Write<T>[]): Promise<void>
}

export interface Database extends AsyncDisposable {
  /** Makes the collection and its indexes when missing; safe to repeat, from many processes at once. */
  collection<T extends Document>(spec: CollectionSpec<T>): Promise<Collection<T>>
  /** Resolves when the engine answers; rejects with Fault `unavailable` when it does not. */
  ping(): Promise<void>
}

/** A write would have made two documents share a unique key. */
export class DuplicateKey extends Error {
  override readonly name = 'DuplicateKey'
  /** Name of the violated index; `_id_` for the `_id`. */
  readonly index: string

  constructor(index: string, options?: ErrorOptions) {
    super(`Duplicate key in index ${index}`, options)
    this.index = index
  }
}

/** A bug of ours: a filter or sort that no declared index serves. */
export class UnindexedQuery extends Error {
  override readonly name = 'UnindexedQuery'
}

/**
 * Brings the documents of one collection into the form that this release writes, while all goes on. Its name is for good:
 * what is done is kept under it. It is safe to repeat, wholly and for each document.
 */
export interface Migration<T extends Document = Document> {
  readonly name: string
  /** It begins once this schema is in force; 1 is so from the beginning: every release reads what it writes. */
  readonly schema: number
  readonly collection: Collection<T>
  /**
   * What to change of a document that it was handed, now or again; undefined: nothing. It is done only to a document that
   * is still as `where` says: what the decision was made on.
   */
  change(document: T): Promise<MigrationStep | undefined>
}

interface MigrationStep {
  readonly where: Filter
  readonly update: Update
}
