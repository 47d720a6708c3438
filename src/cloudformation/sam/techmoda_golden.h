// TechModa's API template as `aws cloudformation package` leaves it, and what aws-sam-translator
// 1.115.0 made of it.
#pragma once

namespace lifeboat::cloudformation::sam {

// clang-format off
inline constexpr const char* kTechModaSource = R"json(
{"AWSTemplateFormatVersion": "2010-09-09","Transform": "AWS::Serverless-2016-10-31",
"Parameters": {"TableName": {"Type": "String","Default": "products"},"PublicDomainName": {
"Type": "String","Default": "api.techmoda-example.com"},"RegionalDomainName": {"Type": "String"},
"HostedZoneId": {"Type": "String","Default": ""}},"Conditions": {"ValidateInZone": {"Fn::Not": [{
"Fn::Equals": [{"Ref": "HostedZoneId"},""]}]}},"Globals": {"Function": {"Runtime":
"provided.al2023","Handler": "bootstrap","MemorySize": 256,"Timeout": 10,"Environment": {
"Variables": {"TABLE_NAME": {"Ref": "TableName"}}},"Tags": {"application": "techmoda"}},"Api": {
"EndpointConfiguration": "REGIONAL"}},"Resources": {"ListProducts": {"Type":
"AWS::Serverless::Function","Properties": {"CodeUri": "s3://code/list_products","Policies": [{
"DynamoDBReadPolicy": {"TableName": {"Ref": "TableName"}}}],"Events": {"Api": {"Type": "Api",
"Properties": {"Path": "/products","Method": "get"}}}}},"CreateProduct": {"Type":
"AWS::Serverless::Function","Properties": {"CodeUri": "s3://code/create_product","Policies": [{
"DynamoDBCrudPolicy": {"TableName": {"Ref": "TableName"}}}],"Events": {"Api": {"Type": "Api",
"Properties": {"Path": "/products","Method": "post"}}}}},"GetProduct": {"Type":
"AWS::Serverless::Function","Properties": {"CodeUri": "s3://code/get_product","Policies": [{
"DynamoDBReadPolicy": {"TableName": {"Ref": "TableName"}}}],"Events": {"Api": {"Type": "Api",
"Properties": {"Path": "/products/{id}","Method": "get"}}}}},"UpdateProduct": {"Type":
"AWS::Serverless::Function","Properties": {"CodeUri": "s3://code/update_product","Policies": [{
"DynamoDBCrudPolicy": {"TableName": {"Ref": "TableName"}}}],"Events": {"Api": {"Type": "Api",
"Properties": {"Path": "/products/{id}","Method": "put"}}}}},"DeleteProduct": {"Type":
"AWS::Serverless::Function","Properties": {"CodeUri": "s3://code/delete_product","Policies": [{
"DynamoDBCrudPolicy": {"TableName": {"Ref": "TableName"}}}],"Events": {"Api": {"Type": "Api",
"Properties": {"Path": "/products/{id}","Method": "delete"}}}}},"Health": {"Type":
"AWS::Serverless::Function","Properties": {"CodeUri": "s3://code/health","Timeout": 3,"Events": {
"Api": {"Type": "Api","Properties": {"Path": "/health","Method": "get"}}}}},"DeepHealth": {
"Type": "AWS::Serverless::Function","Properties": {"CodeUri": "s3://code/deep_health","Timeout":
3,"Policies": [{"Statement": [{"Effect": "Allow","Action": ["dynamodb:PutItem","dynamodb:GetItem"
],"Resource": {"Fn::Sub":
"arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}"}}]}],
"Events": {"Api": {"Type": "Api","Properties": {"Path": "/health/deep","Method": "get"}}}}},
"PublicCertificate": {"Type": "AWS::CertificateManager::Certificate","Properties": {
"DomainName": {"Ref": "PublicDomainName"},"ValidationMethod": "DNS","DomainValidationOptions": {
"Fn::If": ["ValidateInZone",[{"DomainName": {"Ref": "PublicDomainName"},"HostedZoneId": {"Ref":
"HostedZoneId"}}],{"Ref": "AWS::NoValue"}]}}},"RegionalCertificate": {"Type":
"AWS::CertificateManager::Certificate","Properties": {"DomainName": {"Ref": "RegionalDomainName"}
,"ValidationMethod": "DNS","DomainValidationOptions": {"Fn::If": ["ValidateInZone",[{
"DomainName": {"Ref": "RegionalDomainName"},"HostedZoneId": {"Ref": "HostedZoneId"}}],{"Ref":
"AWS::NoValue"}]}}},"PublicDomain": {"Type": "AWS::ApiGateway::DomainName","Properties": {
"DomainName": {"Ref": "PublicDomainName"},"RegionalCertificateArn": {"Ref": "PublicCertificate"},
"EndpointConfiguration": {"Types": ["REGIONAL"]},"SecurityPolicy": "TLS_1_2"}},"RegionalDomain":
{"Type": "AWS::ApiGateway::DomainName","Properties": {"DomainName": {"Ref": "RegionalDomainName"}
,"RegionalCertificateArn": {"Ref": "RegionalCertificate"},"EndpointConfiguration": {"Types": [
"REGIONAL"]},"SecurityPolicy": "TLS_1_2"}},"PublicMapping": {"Type":
"AWS::ApiGateway::BasePathMapping","Properties": {"DomainName": {"Ref": "PublicDomain"},
"RestApiId": {"Ref": "ServerlessRestApi"},"Stage": {"Ref": "ServerlessRestApiProdStage"}}},
"RegionalMapping": {"Type": "AWS::ApiGateway::BasePathMapping","Properties": {"DomainName": {
"Ref": "RegionalDomain"},"RestApiId": {"Ref": "ServerlessRestApi"},"Stage": {"Ref":
"ServerlessRestApiProdStage"}}}},"Outputs": {"ApiUrl": {"Value": {"Fn::Sub":
"https://${ServerlessRestApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/Prod"}},
"PublicTarget": {"Value": {"Fn::GetAtt": ["PublicDomain","RegionalDomainName"]}},
"RegionalTarget": {"Value": {"Fn::GetAtt": ["RegionalDomain","RegionalDomainName"]}},
"TargetZoneId": {"Value": {"Fn::GetAtt": ["PublicDomain","RegionalHostedZoneId"]}}}}
)json";

inline constexpr const char* kTechModaGolden = R"json(
{"AWSTemplateFormatVersion": "2010-09-09","Parameters": {"RegionalDomainName": {"Type": "String"}
,"HostedZoneId": {"Type": "String","Default": ""},"PublicDomainName": {"Type": "String",
"Default": "api.techmoda-example.com"},"TableName": {"Type": "String","Default": "products"}},
"Conditions": {"ValidateInZone": {"Fn::Not": [{"Fn::Equals": [{"Ref": "HostedZoneId"},""]}]}},
"Resources": {"HealthRole": {"Type": "AWS::IAM::Role","Properties": {"AssumeRolePolicyDocument":
{"Version": "2012-10-17","Statement": [{"Action": ["sts:AssumeRole"],"Effect": "Allow",
"Principal": {"Service": ["lambda.amazonaws.com"]}}]},"ManagedPolicyArns": [
"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],"Tags": [{"Key":
"lambda:createdBy","Value": "SAM"},{"Key": "application","Value": "techmoda"}]}},"PublicDomain":
{"Type": "AWS::ApiGateway::DomainName","Properties": {"DomainName": {"Ref": "PublicDomainName"},
"RegionalCertificateArn": {"Ref": "PublicCertificate"},"EndpointConfiguration": {"Types": [
"REGIONAL"]},"SecurityPolicy": "TLS_1_2"}},"CreateProductRole": {"Type": "AWS::IAM::Role",
"Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17","Statement": [{"Action": [
"sts:AssumeRole"],"Effect": "Allow","Principal": {"Service": ["lambda.amazonaws.com"]}}]},
"ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
"Policies": [{"PolicyName": "CreateProductRolePolicy0","PolicyDocument": {"Statement": [{
"Action": ["dynamodb:GetItem","dynamodb:DeleteItem","dynamodb:PutItem","dynamodb:Scan",
"dynamodb:Query","dynamodb:UpdateItem","dynamodb:BatchWriteItem","dynamodb:BatchGetItem",
"dynamodb:DescribeTable","dynamodb:ConditionCheckItem"],"Effect": "Allow","Resource": [{
"Fn::Sub": ["arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}",
{"tableName": {"Ref": "TableName"}}]},{"Fn::Sub": [
"arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}/index/*",{
"tableName": {"Ref": "TableName"}}]}]}]}}],"Tags": [{"Key": "lambda:createdBy","Value": "SAM"},{
"Key": "application","Value": "techmoda"}]}},"UpdateProductApiPermissionProd": {"Type":
"AWS::Lambda::Permission","Properties": {"Action": "lambda:InvokeFunction","FunctionName": {
"Ref": "UpdateProduct"},"Principal": "apigateway.amazonaws.com","SourceArn": {"Fn::Sub": [
"arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/${__Stage__}/PUT/products/*",{
"__ApiId__": {"Ref": "ServerlessRestApi"},"__Stage__": "*"}]}}},"DeleteProduct": {"Type":
"AWS::Lambda::Function","Properties": {"Code": {"S3Bucket": "code","S3Key": "delete_product"},
"Handler": "bootstrap","MemorySize": 256,"Role": {"Fn::GetAtt": ["DeleteProductRole","Arn"]},
"Runtime": "provided.al2023","Timeout": 10,"Environment": {"Variables": {"TABLE_NAME": {"Ref":
"TableName"}}},"Tags": [{"Key": "lambda:createdBy","Value": "SAM"},{"Key": "application",
"Value": "techmoda"}]}},"RegionalMapping": {"Type": "AWS::ApiGateway::BasePathMapping",
"Properties": {"DomainName": {"Ref": "RegionalDomain"},"RestApiId": {"Ref": "ServerlessRestApi"},
"Stage": {"Ref": "ServerlessRestApiProdStage"}}},"DeepHealth": {"Type": "AWS::Lambda::Function",
"Properties": {"Code": {"S3Bucket": "code","S3Key": "deep_health"},"Handler": "bootstrap",
"MemorySize": 256,"Role": {"Fn::GetAtt": ["DeepHealthRole","Arn"]},"Runtime": "provided.al2023",
"Timeout": 3,"Environment": {"Variables": {"TABLE_NAME": {"Ref": "TableName"}}},"Tags": [{"Key":
"lambda:createdBy","Value": "SAM"},{"Key": "application","Value": "techmoda"}]}},"Health": {
"Type": "AWS::Lambda::Function","Properties": {"Code": {"S3Bucket": "code","S3Key": "health"},
"Handler": "bootstrap","MemorySize": 256,"Role": {"Fn::GetAtt": ["HealthRole","Arn"]},"Runtime":
"provided.al2023","Timeout": 3,"Environment": {"Variables": {"TABLE_NAME": {"Ref": "TableName"}}}
,"Tags": [{"Key": "lambda:createdBy","Value": "SAM"},{"Key": "application","Value": "techmoda"}]}
},"DeleteProductRole": {"Type": "AWS::IAM::Role","Properties": {"AssumeRolePolicyDocument": {
"Version": "2012-10-17","Statement": [{"Action": ["sts:AssumeRole"],"Effect": "Allow",
"Principal": {"Service": ["lambda.amazonaws.com"]}}]},"ManagedPolicyArns": [
"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],"Policies": [{"PolicyName":
"DeleteProductRolePolicy0","PolicyDocument": {"Statement": [{"Action": ["dynamodb:GetItem",
"dynamodb:DeleteItem","dynamodb:PutItem","dynamodb:Scan","dynamodb:Query","dynamodb:UpdateItem",
"dynamodb:BatchWriteItem","dynamodb:BatchGetItem","dynamodb:DescribeTable",
"dynamodb:ConditionCheckItem"],"Effect": "Allow","Resource": [{"Fn::Sub": [
"arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}",{
"tableName": {"Ref": "TableName"}}]},{"Fn::Sub": [
"arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}/index/*",{
"tableName": {"Ref": "TableName"}}]}]}]}}],"Tags": [{"Key": "lambda:createdBy","Value": "SAM"},{
"Key": "application","Value": "techmoda"}]}},"ListProductsRole": {"Type": "AWS::IAM::Role",
"Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17","Statement": [{"Action": [
"sts:AssumeRole"],"Effect": "Allow","Principal": {"Service": ["lambda.amazonaws.com"]}}]},
"ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
"Policies": [{"PolicyName": "ListProductsRolePolicy0","PolicyDocument": {"Statement": [{
"Action": ["dynamodb:GetItem","dynamodb:Scan","dynamodb:Query","dynamodb:BatchGetItem",
"dynamodb:DescribeTable"],"Effect": "Allow","Resource": [{"Fn::Sub": [
"arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}",{
"tableName": {"Ref": "TableName"}}]},{"Fn::Sub": [
"arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}/index/*",{
"tableName": {"Ref": "TableName"}}]}]}]}}],"Tags": [{"Key": "lambda:createdBy","Value": "SAM"},{
"Key": "application","Value": "techmoda"}]}},"ServerlessRestApiDeploymentce8c702c64": {"Type":
"AWS::ApiGateway::Deployment","Properties": {"Description":
"RestApi deployment id: ce8c702c64901857ed09947a2e1ee1f5e015ad22","RestApiId": {"Ref":
"ServerlessRestApi"},"StageName": "Stage"}},"RegionalCertificate": {"Type":
"AWS::CertificateManager::Certificate","Properties": {"DomainName": {"Ref": "RegionalDomainName"}
,"ValidationMethod": "DNS","DomainValidationOptions": {"Fn::If": ["ValidateInZone",[{
"DomainName": {"Ref": "RegionalDomainName"},"HostedZoneId": {"Ref": "HostedZoneId"}}],{"Ref":
"AWS::NoValue"}]}}},"UpdateProductRole": {"Type": "AWS::IAM::Role","Properties": {
"AssumeRolePolicyDocument": {"Version": "2012-10-17","Statement": [{"Action": ["sts:AssumeRole"],
"Effect": "Allow","Principal": {"Service": ["lambda.amazonaws.com"]}}]},"ManagedPolicyArns": [
"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],"Policies": [{"PolicyName":
"UpdateProductRolePolicy0","PolicyDocument": {"Statement": [{"Action": ["dynamodb:GetItem",
"dynamodb:DeleteItem","dynamodb:PutItem","dynamodb:Scan","dynamodb:Query","dynamodb:UpdateItem",
"dynamodb:BatchWriteItem","dynamodb:BatchGetItem","dynamodb:DescribeTable",
"dynamodb:ConditionCheckItem"],"Effect": "Allow","Resource": [{"Fn::Sub": [
"arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}",{
"tableName": {"Ref": "TableName"}}]},{"Fn::Sub": [
"arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}/index/*",{
"tableName": {"Ref": "TableName"}}]}]}]}}],"Tags": [{"Key": "lambda:createdBy","Value": "SAM"},{
"Key": "application","Value": "techmoda"}]}},"ListProductsApiPermissionProd": {"Type":
"AWS::Lambda::Permission","Properties": {"Action": "lambda:InvokeFunction","FunctionName": {
"Ref": "ListProducts"},"Principal": "apigateway.amazonaws.com","SourceArn": {"Fn::Sub": [
"arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/${__Stage__}/GET/products",{
"__ApiId__": {"Ref": "ServerlessRestApi"},"__Stage__": "*"}]}}},"GetProductRole": {"Type":
"AWS::IAM::Role","Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17",
"Statement": [{"Action": ["sts:AssumeRole"],"Effect": "Allow","Principal": {"Service": [
"lambda.amazonaws.com"]}}]},"ManagedPolicyArns": [
"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],"Policies": [{"PolicyName":
"GetProductRolePolicy0","PolicyDocument": {"Statement": [{"Action": ["dynamodb:GetItem",
"dynamodb:Scan","dynamodb:Query","dynamodb:BatchGetItem","dynamodb:DescribeTable"],"Effect":
"Allow","Resource": [{"Fn::Sub": [
"arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}",{
"tableName": {"Ref": "TableName"}}]},{"Fn::Sub": [
"arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}/index/*",{
"tableName": {"Ref": "TableName"}}]}]}]}}],"Tags": [{"Key": "lambda:createdBy","Value": "SAM"},{
"Key": "application","Value": "techmoda"}]}},"CreateProduct": {"Type": "AWS::Lambda::Function",
"Properties": {"Code": {"S3Bucket": "code","S3Key": "create_product"},"Handler": "bootstrap",
"MemorySize": 256,"Role": {"Fn::GetAtt": ["CreateProductRole","Arn"]},"Runtime":
"provided.al2023","Timeout": 10,"Environment": {"Variables": {"TABLE_NAME": {"Ref": "TableName"}}
},"Tags": [{"Key": "lambda:createdBy","Value": "SAM"},{"Key": "application","Value": "techmoda"}]
}},"PublicCertificate": {"Type": "AWS::CertificateManager::Certificate","Properties": {
"DomainName": {"Ref": "PublicDomainName"},"ValidationMethod": "DNS","DomainValidationOptions": {
"Fn::If": ["ValidateInZone",[{"DomainName": {"Ref": "PublicDomainName"},"HostedZoneId": {"Ref":
"HostedZoneId"}}],{"Ref": "AWS::NoValue"}]}}},"DeleteProductApiPermissionProd": {"Type":
"AWS::Lambda::Permission","Properties": {"Action": "lambda:InvokeFunction","FunctionName": {
"Ref": "DeleteProduct"},"Principal": "apigateway.amazonaws.com","SourceArn": {"Fn::Sub": [
"arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/${__Stage__}/)json"
R"json(DELETE/products/*"
,{"__ApiId__": {"Ref": "ServerlessRestApi"},"__Stage__": "*"}]}}},"GetProduct": {"Type":
"AWS::Lambda::Function","Properties": {"Code": {"S3Bucket": "code","S3Key": "get_product"},
"Handler": "bootstrap","MemorySize": 256,"Role": {"Fn::GetAtt": ["GetProductRole","Arn"]},
"Runtime": "provided.al2023","Timeout": 10,"Environment": {"Variables": {"TABLE_NAME": {"Ref":
"TableName"}}},"Tags": [{"Key": "lambda:createdBy","Value": "SAM"},{"Key": "application",
"Value": "techmoda"}]}},"ServerlessRestApiProdStage": {"Type": "AWS::ApiGateway::Stage",
"Properties": {"DeploymentId": {"Ref": "ServerlessRestApiDeploymentce8c702c64"},"RestApiId": {
"Ref": "ServerlessRestApi"},"StageName": "Prod"}},"UpdateProduct": {"Type":
"AWS::Lambda::Function","Properties": {"Code": {"S3Bucket": "code","S3Key": "update_product"},
"Handler": "bootstrap","MemorySize": 256,"Role": {"Fn::GetAtt": ["UpdateProductRole","Arn"]},
"Runtime": "provided.al2023","Timeout": 10,"Environment": {"Variables": {"TABLE_NAME": {"Ref":
"TableName"}}},"Tags": [{"Key": "lambda:createdBy","Value": "SAM"},{"Key": "application",
"Value": "techmoda"}]}},"DeepHealthApiPermissionProd": {"Type": "AWS::Lambda::Permission",
"Properties": {"Action": "lambda:InvokeFunction","FunctionName": {"Ref": "DeepHealth"},
"Principal": "apigateway.amazonaws.com","SourceArn": {"Fn::Sub": [
"arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/${__Stage__}/GET/health/deep",
{"__ApiId__": {"Ref": "ServerlessRestApi"},"__Stage__": "*"}]}}},"DeepHealthRole": {"Type":
"AWS::IAM::Role","Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17",
"Statement": [{"Action": ["sts:AssumeRole"],"Effect": "Allow","Principal": {"Service": [
"lambda.amazonaws.com"]}}]},"ManagedPolicyArns": [
"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],"Policies": [{"PolicyName":
"DeepHealthRolePolicy0","PolicyDocument": {"Statement": [{"Effect": "Allow","Action": [
"dynamodb:PutItem","dynamodb:GetItem"],"Resource": {"Fn::Sub":
"arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}"}}]}}],
"Tags": [{"Key": "lambda:createdBy","Value": "SAM"},{"Key": "application","Value": "techmoda"}]}}
,"PublicMapping": {"Type": "AWS::ApiGateway::BasePathMapping","Properties": {"DomainName": {
"Ref": "PublicDomain"},"RestApiId": {"Ref": "ServerlessRestApi"},"Stage": {"Ref":
"ServerlessRestApiProdStage"}}},"CreateProductApiPermissionProd": {"Type":
"AWS::Lambda::Permission","Properties": {"Action": "lambda:InvokeFunction","FunctionName": {
"Ref": "CreateProduct"},"Principal": "apigateway.amazonaws.com","SourceArn": {"Fn::Sub": [
"arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/${__Stage__}/POST/products",{
"__ApiId__": {"Ref": "ServerlessRestApi"},"__Stage__": "*"}]}}},"ListProducts": {"Type":
"AWS::Lambda::Function","Properties": {"Code": {"S3Bucket": "code","S3Key": "list_products"},
"Handler": "bootstrap","MemorySize": 256,"Role": {"Fn::GetAtt": ["ListProductsRole","Arn"]},
"Runtime": "provided.al2023","Timeout": 10,"Environment": {"Variables": {"TABLE_NAME": {"Ref":
"TableName"}}},"Tags": [{"Key": "lambda:createdBy","Value": "SAM"},{"Key": "application",
"Value": "techmoda"}]}},"RegionalDomain": {"Type": "AWS::ApiGateway::DomainName","Properties": {
"DomainName": {"Ref": "RegionalDomainName"},"RegionalCertificateArn": {"Ref":
"RegionalCertificate"},"EndpointConfiguration": {"Types": ["REGIONAL"]},"SecurityPolicy":
"TLS_1_2"}},"GetProductApiPermissionProd": {"Type": "AWS::Lambda::Permission","Properties": {
"Action": "lambda:InvokeFunction","FunctionName": {"Ref": "GetProduct"},"Principal":
"apigateway.amazonaws.com","SourceArn": {"Fn::Sub": [
"arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/${__Stage__}/GET/products/*",{
"__ApiId__": {"Ref": "ServerlessRestApi"},"__Stage__": "*"}]}}},"HealthApiPermissionProd": {
"Type": "AWS::Lambda::Permission","Properties": {"Action": "lambda:InvokeFunction",
"FunctionName": {"Ref": "Health"},"Principal": "apigateway.amazonaws.com","SourceArn": {
"Fn::Sub": [
"arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/${__Stage__}/GET/health",{
"__ApiId__": {"Ref": "ServerlessRestApi"},"__Stage__": "*"}]}}},"ServerlessRestApi": {"Type":
"AWS::ApiGateway::RestApi","Properties": {"Body": {"info": {"version": "1.0","title": {"Ref":
"AWS::StackName"}},"paths": {"/products/{id}": {"put": {"x-amazon-apigateway-integration": {
"httpMethod": "POST","type": "aws_proxy","uri": {"Fn::Sub":
"arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${UpdateProd)json"
R"json(uct.Arn}/invocations"
}},"responses": {}},"delete": {"x-amazon-apigateway-integration": {"httpMethod": "POST","type":
"aws_proxy","uri": {"Fn::Sub":
"arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${DeleteProd)json"
R"json(uct.Arn}/invocations"
}},"responses": {}},"get": {"x-amazon-apigateway-integration": {"httpMethod": "POST","type":
"aws_proxy","uri": {"Fn::Sub":
"arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${GetProduct)json"
R"json(.Arn}/invocations"
}},"responses": {}}},"/health": {"get": {"x-amazon-apigateway-integration": {"httpMethod": "POST"
,"type": "aws_proxy","uri": {"Fn::Sub":
"arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Health.Arn}/invocations"}},
"responses": {}}},"/products": {"post": {"x-amazon-apigateway-integration": {"httpMethod": "POST"
,"type": "aws_proxy","uri": {"Fn::Sub":
"arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${CreateProd)json"
R"json(uct.Arn}/invocations"
}},"responses": {}},"get": {"x-amazon-apigateway-integration": {"httpMethod": "POST","type":
"aws_proxy","uri": {"Fn::Sub":
"arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${ListProduc)json"
R"json(ts.Arn}/invocations"
}},"responses": {}}},"/health/deep": {"get": {"x-amazon-apigateway-integration": {"httpMethod":
"POST","type": "aws_proxy","uri": {"Fn::Sub":
"arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${DeepHealth)json"
R"json(.Arn}/invocations"
}},"responses": {}}}},"swagger": "2.0"},"Parameters": {"endpointConfigurationTypes": "REGIONAL"},
"EndpointConfiguration": {"Types": ["REGIONAL"]}}}},"Outputs": {"ApiUrl": {"Value": {"Fn::Sub":
"https://${ServerlessRestApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/Prod"}},
"PublicTarget": {"Value": {"Fn::GetAtt": ["PublicDomain","RegionalDomainName"]}},
"RegionalTarget": {"Value": {"Fn::GetAtt": ["RegionalDomain","RegionalDomainName"]}},
"TargetZoneId": {"Value": {"Fn::GetAtt": ["PublicDomain","RegionalHostedZoneId"]}}}}
)json";
// clang-format on

}  // namespace lifeboat::cloudformation::sam
