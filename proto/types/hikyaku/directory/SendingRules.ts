// Original file: proto/directory.proto


export interface SendingRules {
  'messagesPerHour'?: (number);
  'messagesPerDay'?: (number);
  'recipientsPerHour'?: (number);
  'recipientsPerDay'?: (number);
  'recipientsPerMessage'?: (number);
  'sizeBytes'?: (number | string);
  'hideClient'?: (boolean);
  'cramMd5'?: (boolean);
  'hold'?: (boolean);
  'tenantMessagesPerHour'?: (number);
  'tenantMessagesPerDay'?: (number);
  'tenantRecipientsPerHour'?: (number);
  'tenantRecipientsPerDay'?: (number);
  '_messagesPerHour'?: "messagesPerHour";
  '_messagesPerDay'?: "messagesPerDay";
  '_recipientsPerHour'?: "recipientsPerHour";
  '_recipientsPerDay'?: "recipientsPerDay";
  '_recipientsPerMessage'?: "recipientsPerMessage";
  '_sizeBytes'?: "sizeBytes";
  '_hideClient'?: "hideClient";
  '_cramMd5'?: "cramMd5";
  '_hold'?: "hold";
  '_tenantMessagesPerHour'?: "tenantMessagesPerHour";
  '_tenantMessagesPerDay'?: "tenantMessagesPerDay";
  '_tenantRecipientsPerHour'?: "tenantRecipientsPerHour";
  '_tenantRecipientsPerDay'?: "tenantRecipientsPerDay";
}

export interface SendingRules__Output {
  'messagesPerHour'?: (number);
  'messagesPerDay'?: (number);
  'recipientsPerHour'?: (number);
  'recipientsPerDay'?: (number);
  'recipientsPerMessage'?: (number);
  'sizeBytes'?: (number);
  'hideClient'?: (boolean);
  'cramMd5'?: (boolean);
  'hold'?: (boolean);
  'tenantMessagesPerHour'?: (number);
  'tenantMessagesPerDay'?: (number);
  'tenantRecipientsPerHour'?: (number);
  'tenantRecipientsPerDay'?: (number);
  '_messagesPerHour'?: "messagesPerHour";
  '_messagesPerDay'?: "messagesPerDay";
  '_recipientsPerHour'?: "recipientsPerHour";
  '_recipientsPerDay'?: "recipientsPerDay";
  '_recipientsPerMessage'?: "recipientsPerMessage";
  '_sizeBytes'?: "sizeBytes";
  '_hideClient'?: "hideClient";
  '_cramMd5'?: "cramMd5";
  '_hold'?: "hold";
  '_tenantMessagesPerHour'?: "tenantMessagesPerHour";
  '_tenantMessagesPerDay'?: "tenantMessagesPerDay";
  '_tenantRecipientsPerHour'?: "tenantRecipientsPerHour";
  '_tenantRecipientsPerDay'?: "tenantRecipientsPerDay";
}
