// Original file: proto/directory.proto


export interface Domain {
  'name'?: (string);
  'tenant'?: (string);
  'suspended'?: (boolean);
  'reuse'?: (boolean);
  'quotaBytes'?: (number | string);
  'quotaMessages'?: (number | string);
  '_suspended'?: "suspended";
  '_quotaBytes'?: "quotaBytes";
  '_quotaMessages'?: "quotaMessages";
}

export interface Domain__Output {
  'name': (string);
  'tenant': (string);
  'suspended'?: (boolean);
  'reuse': (boolean);
  'quotaBytes'?: (number);
  'quotaMessages'?: (number);
  '_suspended'?: "suspended";
  '_quotaBytes'?: "quotaBytes";
  '_quotaMessages'?: "quotaMessages";
}
