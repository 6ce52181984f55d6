// Original file: proto/directory.proto


export interface AccountChange {
  'login'?: (string);
  'title'?: (string);
  'password'?: (string);
  'passwordHash'?: (string);
  'quotaBytes'?: (number | string);
  'suspended'?: (boolean);
  'addresses'?: (string)[];
  'request'?: (string);
  'reuse'?: (boolean);
  'quotaMessages'?: (number | string);
  '_title'?: "title";
  '_password'?: "password";
  '_passwordHash'?: "passwordHash";
  '_quotaBytes'?: "quotaBytes";
  '_suspended'?: "suspended";
  '_quotaMessages'?: "quotaMessages";
}

export interface AccountChange__Output {
  'login': (string);
  'title'?: (string);
  'password'?: (string);
  'passwordHash'?: (string);
  'quotaBytes'?: (number);
  'suspended'?: (boolean);
  'addresses': (string)[];
  'request': (string);
  'reuse': (boolean);
  'quotaMessages'?: (number);
  '_title'?: "title";
  '_password'?: "password";
  '_passwordHash'?: "passwordHash";
  '_quotaBytes'?: "quotaBytes";
  '_suspended'?: "suspended";
  '_quotaMessages'?: "quotaMessages";
}
