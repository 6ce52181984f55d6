// Original file: proto/directory.proto


export interface Tenant {
  'id'?: (string);
  'name'?: (string);
  'title'?: (string);
  'suspended'?: (boolean);
  'quotaBytes'?: (number | string);
  'quotaMessages'?: (number | string);
  '_suspended'?: "suspended";
  '_quotaBytes'?: "quotaBytes";
  '_quotaMessages'?: "quotaMessages";
}

export interface Tenant__Output {
  'id': (string);
  'name': (string);
  'title': (string);
  'suspended'?: (boolean);
  'quotaBytes'?: (number);
  'quotaMessages'?: (number);
  '_suspended'?: "suspended";
  '_quotaBytes'?: "quotaBytes";
  '_quotaMessages'?: "quotaMessages";
}
