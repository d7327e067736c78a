-- Tables as Parse Server 9.10 makes them in PostgreSQL, with an app of a few objects.
CREATE TABLE "Game" (
    "objectId" text NOT NULL,
    "createdAt" timestamp with time zone,
    "updatedAt" timestamp with time zone,
    title text,
    rank double precision,
    open boolean,
    starts timestamp with time zone,
    extra jsonb,
    tags jsonb,
    place point,
    area polygon,
    photo text,
    raw jsonb,
    owner text,
    secret text,
    _rperm text[],
    _wperm text[]
);
CREATE TABLE "Open" (
    "objectId" text NOT NULL,
    "createdAt" timestamp with time zone,
    "updatedAt" timestamp with time zone,
    _rperm text[],
    _wperm text[],
    n double precision
);
CREATE TABLE "_Audience" (
    "objectId" text NOT NULL,
    "createdAt" timestamp with time zone,
    "updatedAt" timestamp with time zone,
    name text,
    query text,
    "lastUsed" timestamp with time zone,
    "timesUsed" double precision,
    _rperm text[],
    _wperm text[]
);
CREATE TABLE "_GlobalConfig" (
    "objectId" text NOT NULL,
    params jsonb,
    "masterKeyOnly" jsonb
);
CREATE TABLE "_GraphQLConfig" (
    "objectId" text NOT NULL,
    config jsonb
);
CREATE TABLE "_Hooks" (
    "functionName" text,
    "className" text,
    "triggerName" text,
    url text
);
CREATE TABLE "_Installation" (
    "objectId" text NOT NULL,
    "createdAt" timestamp with time zone,
    "updatedAt" timestamp with time zone,
    "installationId" text,
    "deviceToken" text,
    channels jsonb,
    "deviceType" text,
    "pushType" text,
    "GCMSenderId" text,
    "timeZone" text,
    "localeIdentifier" text,
    badge double precision,
    "appVersion" text,
    "appName" text,
    "appIdentifier" text,
    "parseVersion" text,
    _rperm text[],
    _wperm text[]
);
CREATE TABLE "_JobSchedule" (
    "objectId" text NOT NULL,
    "createdAt" timestamp with time zone,
    "updatedAt" timestamp with time zone,
    "jobName" text,
    description text,
    params text,
    "startAfter" text,
    "daysOfWeek" jsonb,
    "timeOfDay" text,
    "lastRun" double precision,
    "repeatMinutes" double precision,
    _rperm text[],
    _wperm text[]
);
CREATE TABLE "_JobStatus" (
    "objectId" text NOT NULL,
    "createdAt" timestamp with time zone,
    "updatedAt" timestamp with time zone,
    "jobName" text,
    source text,
    status text,
    message text,
    params jsonb,
    "finishedAt" timestamp with time zone,
    _rperm text[],
    _wperm text[]
);
CREATE TABLE "_Join:fans:Game" (
    "relatedId" character varying(120) NOT NULL,
    "owningId" character varying(120) NOT NULL
);
CREATE TABLE "_Join:roles:_Role" (
    "relatedId" character varying(120) NOT NULL,
    "owningId" character varying(120) NOT NULL
);
CREATE TABLE "_Join:users:_Role" (
    "relatedId" character varying(120) NOT NULL,
    "owningId" character varying(120) NOT NULL
);
CREATE TABLE "_Role" (
    "objectId" text NOT NULL,
    "createdAt" timestamp with time zone,
    "updatedAt" timestamp with time zone,
    name text,
    _rperm text[],
    _wperm text[]
);
CREATE TABLE "_SCHEMA" (
    "className" character varying(120) NOT NULL,
    schema jsonb,
    "isParseClass" boolean
);
CREATE TABLE "_Session" (
    "objectId" text NOT NULL,
    "createdAt" timestamp with time zone,
    "updatedAt" timestamp with time zone,
    "user" text,
    "installationId" text,
    "sessionToken" text,
    "expiresAt" timestamp with time zone,
    "createdWith" jsonb,
    _rperm text[],
    _wperm text[]
);
CREATE TABLE "_User" (
    "objectId" text NOT NULL,
    "createdAt" timestamp with time zone,
    "updatedAt" timestamp with time zone,
    username text,
    email text,
    "emailVerified" boolean,
    "authData" jsonb,
    _rperm text[],
    _wperm text[],
    _hashed_password text,
    _email_verify_token_expires_at timestamp with time zone,
    _email_verify_token text,
    _account_lockout_expires_at timestamp with time zone,
    _failed_login_count double precision,
    _perishable_token text,
    _perishable_token_expires_at timestamp with time zone,
    _password_changed_at timestamp with time zone,
    _password_history jsonb,
    age double precision,
    nick text
);
INSERT INTO "Game" VALUES ('qCqj8FBmSj', '2026-11-28 23:38:44.56+00', '2026-11-28 23:38:44.56+00', 'Chess ♟', 2.5, true, '2024-02-29 12:34:56.789+00', '{"a": [1, {"b": null}], "f": {"name": "x.png", "__type": "File"}, "who": {"__type": "Pointer", "objectId": "UrI7gAkkYd", "className": "_User"}, "when": {"iso": "2020-01-01T00:00:00.000Z", "__type": "Date"}}', '["a", 2, {"__type": "Pointer", "objectId": "5BdnogC06l", "className": "_User"}]', '(11.5,48.1)', '((0,0),(10,0),(10,5),(0,5),(0,0))', 'abc_photo.png', '{"__type": "Bytes", "base64": "AAEC/w=="}', 'UrI7gAkkYd', 's', '{*,UrI7gAkkYd}', '{UrI7gAkkYd}');
INSERT INTO "Game" VALUES ('OOlbEmehM2', '2026-11-28 23:38:44.581+00', '2026-11-28 23:38:44.581+00', 'Go', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO "Open" VALUES ('JmNiSqPiyy', '2026-11-28 23:38:44.588+00', '2026-11-28 23:38:44.588+00', NULL, NULL, 1);
INSERT INTO "_GlobalConfig" VALUES ('1', '{"o": {"a": 1}, "motd": "hi", "limit": 3}', '{"o": false, "motd": false, "limit": true}');
INSERT INTO "_Hooks" VALUES ('sum', NULL, NULL, 'https://hooks.example.com/sum');
INSERT INTO "_Hooks" VALUES (NULL, 'Open', 'beforeSave', 'https://hooks.example.com/game');
INSERT INTO "_Installation" VALUES ('FSwb6jYLr9', '2026-11-28 23:38:44.537+00', '2026-11-28 23:38:44.537+00', '7d3e2a10-0000-4000-8000-000000000001', 'tok', '["news"]', 'ios', NULL, NULL, 'Europe/Berlin', NULL, 3, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO "_Join:fans:Game" VALUES ('5BdnogC06l', 'qCqj8FBmSj');
INSERT INTO "_Join:fans:Game" VALUES ('UrI7gAkkYd', 'qCqj8FBmSj');
INSERT INTO "_Join:roles:_Role" VALUES ('skVApt7erN', 'yaSpyEQBik');
INSERT INTO "_Join:users:_Role" VALUES ('UrI7gAkkYd', 'yaSpyEQBik');
INSERT INTO "_Join:users:_Role" VALUES ('5BdnogC06l', 'skVApt7erN');
INSERT INTO "_Role" VALUES ('skVApt7erN', '2026-11-28 23:38:44.611+00', '2026-11-28 23:38:44.611+00', 'Super', '{}', '{}');
INSERT INTO "_Role" VALUES ('yaSpyEQBik', '2026-11-28 23:38:44.606+00', '2026-11-28 23:38:44.616+00', 'Admins', '{*}', '{}');
INSERT INTO "_SCHEMA" VALUES ('_Role', '{"fields": {"name": {"type": "String"}, "roles": {"type": "Relation", "targetClass": "_Role"}, "users": {"type": "Relation", "targetClass": "_User"}, "_rperm": {"type": "Array", "contents": {"type": "String"}}, "_wperm": {"type": "Array", "contents": {"type": "String"}}, "objectId": {"type": "String"}, "createdAt": {"type": "Date"}, "updatedAt": {"type": "Date"}}, "className": "_Role"}', true);
INSERT INTO "_SCHEMA" VALUES ('_User', '{"fields": {"age": {"type": "Number"}, "nick": {"type": "String"}, "email": {"type": "String"}, "_rperm": {"type": "Array", "contents": {"type": "String"}}, "_wperm": {"type": "Array", "contents": {"type": "String"}}, "authData": {"type": "Object"}, "objectId": {"type": "String"}, "username": {"type": "String"}, "createdAt": {"type": "Date"}, "updatedAt": {"type": "Date"}, "emailVerified": {"type": "Boolean"}, "_hashed_password": {"type": "String"}}, "className": "_User"}', true);
INSERT INTO "_SCHEMA" VALUES ('_Session', '{"fields": {"user": {"type": "Pointer", "targetClass": "_User"}, "_rperm": {"type": "Array", "contents": {"type": "String"}}, "_wperm": {"type": "Array", "contents": {"type": "String"}}, "objectId": {"type": "String"}, "createdAt": {"type": "Date"}, "expiresAt": {"type": "Date"}, "updatedAt": {"type": "Date"}, "createdWith": {"type": "Object"}, "sessionToken": {"type": "String"}, "installationId": {"type": "String"}}, "className": "_Session"}', true);
INSERT INTO "_SCHEMA" VALUES ('_Installation', '{"fields": {"badge": {"type": "Number"}, "_rperm": {"type": "Array", "contents": {"type": "String"}}, "_wperm": {"type": "Array", "contents": {"type": "String"}}, "appName": {"type": "String"}, "channels": {"type": "Array"}, "objectId": {"type": "String"}, "pushType": {"type": "String"}, "timeZone": {"type": "String"}, "createdAt": {"type": "Date"}, "updatedAt": {"type": "Date"}, "appVersion": {"type": "String"}, "deviceType": {"type": "String"}, "GCMSenderId": {"type": "String"}, "deviceToken": {"type": "String"}, "parseVersion": {"type": "String"}, "appIdentifier": {"type": "String"}, "installationId": {"type": "String"}, "localeIdentifier": {"type": "String"}}, "className": "_Installation"}', true);
INSERT INTO "_SCHEMA" VALUES ('Game', '{"fields": {"raw": {"type": "Bytes"}, "area": {"type": "Polygon"}, "fans": {"type": "Relation", "targetClass": "_User"}, "open": {"type": "Boolean"}, "rank": {"type": "Number", "defaultValue": 1}, "tags": {"type": "Array"}, "extra": {"type": "Object"}, "owner": {"type": "Pointer", "targetClass": "_User"}, "photo": {"type": "File"}, "place": {"type": "GeoPoint"}, "title": {"type": "String", "required": true}, "_rperm": {"type": "Array", "contents": {"type": "String"}}, "_wperm": {"type": "Array", "contents": {"type": "String"}}, "secret": {"type": "String"}, "starts": {"type": "Date"}, "objectId": {"type": "String"}, "createdAt": {"type": "Date"}, "updatedAt": {"type": "Date"}}, "indexes": {"_id_": {"_id": 1}, "byTitle": {"title": 1}}, "className": "Game", "classLevelPermissions": {"get": {"*": true}, "find": {"*": true}, "count": {}, "create": {"requiresAuthentication": true}, "delete": {}, "update": {"role:Admins": true, "pointerFields": ["owner"]}, "addField": {}, "protectedFields": {"*": ["secret"]}}}', true);
INSERT INTO "_SCHEMA" VALUES ('Open', '{"fields": {"n": {"type": "Number"}, "_rperm": {"type": "Array", "contents": {"type": "String"}}, "_wperm": {"type": "Array", "contents": {"type": "String"}}, "objectId": {"type": "String"}, "createdAt": {"type": "Date"}, "updatedAt": {"type": "Date"}}, "className": "Open"}', true);
INSERT INTO "_Session" VALUES ('YyUyJ5HvGp', '2026-11-28 23:38:44.298+00', '2026-11-28 23:38:44.298+00', 'UrI7gAkkYd', '7d3e2a10-0000-4000-8000-000000000001', 'r:3850c2463d7d30bdf42d2026fdd6dfc2', '2126-11-28 23:38:44.298+00', '{"action": "signup", "authProvider": "password"}', NULL, NULL);
INSERT INTO "_Session" VALUES ('UUqzk1cwyu', '2026-11-28 23:38:44.454+00', '2026-11-28 23:38:44.454+00', '5BdnogC06l', NULL, 'r:3d68f288ce7374704a081a382e25c851', '2126-11-28 23:38:44.454+00', '{"action": "signup", "authProvider": "password"}', NULL, NULL);
INSERT INTO "_Session" VALUES ('IFiEX2RD7p', '2026-11-28 23:38:44.463+00', '2026-11-28 23:38:44.463+00', '2cEM46XIxq', NULL, 'r:b1463330561d15c48225dd0d7d735b7c', '2126-11-28 23:38:44.462+00', '{"action": "login", "authProvider": "myauth"}', NULL, NULL);
INSERT INTO "_Session" VALUES ('8okdKH4Zhg', '2026-11-28 23:38:44.468+00', '2026-11-28 23:38:44.468+00', 'a6DWhOG4Ym', NULL, 'r:ba52b08f629e7606a817fdaad45d294c', '2126-11-28 23:38:44.468+00', '{"action": "login", "authProvider": "anonymous"}', NULL, NULL);
INSERT INTO "_User" VALUES ('5BdnogC06l', '2026-11-28 23:38:44.336+00', '2026-11-28 23:38:44.336+00', 'ben', NULL, NULL, NULL, '{5BdnogC06l}', '{5BdnogC06l}', '$2y$10$.FS6ZnmFM2XtQZMTV1Q9Ped0KQEnc.HKoQEtL4OLkqK4lG./Eizfq', NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-28 23:38:44.453+00', NULL, NULL, NULL);
INSERT INTO "_User" VALUES ('2cEM46XIxq', '2026-11-28 23:38:44.459+00', '2026-11-28 23:38:44.459+00', 'VMC0wE9jUxuvRuqRQ7KcMiUqw', NULL, NULL, '{"myauth": {"id": "m-1", "access_token": "t"}}', '{2cEM46XIxq}', '{2cEM46XIxq}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-28 23:38:44.461+00', NULL, NULL, NULL);
INSERT INTO "_User" VALUES ('a6DWhOG4Ym', '2026-11-28 23:38:44.466+00', '2026-11-28 23:38:44.466+00', 'jTdxPFEyPKpQk4XcUG56R5fX8', NULL, NULL, '{"anonymous": {"id": "9e0f6c1a-0000-4000-8000-00000000000a"}}', '{a6DWhOG4Ym}', '{a6DWhOG4Ym}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-28 23:38:44.467+00', NULL, NULL, NULL);
INSERT INTO "_User" VALUES ('UrI7gAkkYd', '2026-11-28 23:38:44.219+00', '2026-11-28 23:38:44.219+00', 'ada', 'ada@example.com', NULL, NULL, '{UrI7gAkkYd}', '{UrI7gAkkYd}', '$2y$10$vEdjdjggh/gdTPD3wS6HTeLiV2ZxHLPgg0Wc86ddfmTWZgxsrSoLq', NULL, NULL, NULL, 1, NULL, NULL, '2026-11-28 23:38:44.292+00', NULL, 36, 'A');
