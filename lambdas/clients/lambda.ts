export { InvalidRequestContentException, InvokeCommand, LambdaClient, RequestTooLargeException } from '@aws-sdk/client-lambda';
