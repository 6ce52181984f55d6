// Original file: proto/directory.proto


export interface Domain {
  'name'?: (string);
  'tenant'?: (string);
  'suspended'?: (boolean);
  'reuse'?: (boolean);
  'quotaBytes'?: (number | string);
  'quotaMessages'?: (number | string);
  'aliasOf'?: (string);
  'plus'?: (string);
  '_suspended'?: "suspended";
  '_quotaBytes'?: "quotaBytes";
  '_quotaMessages'?: "quotaMessages";
  '_aliasOf'?: "aliasOf";
  '_plus'?: "plus";
}

export interface Domain__Output {
  'name': (string);
  'tenant': (string);
  'suspended'?: (boolean);
  'reuse': (boolean);
  'quotaBytes'?: (number);
  'quotaMessages'?: (number);
  'aliasOf'?: (string);
  'plus'?: (string);
  '_suspended'?: "suspended";
  '_quotaBytes'?: "quotaBytes";
  '_quotaMessages'?: "quotaMessages";
  '_aliasOf'?: "aliasOf";
  '_plus'?: "plus";
}
