/** The client of DynamoDB makes one and asks it nothing: bundles have this for `@aws-sdk/endpoint-cache`, and none of the collections behind it. */
export class EndpointCache {}
