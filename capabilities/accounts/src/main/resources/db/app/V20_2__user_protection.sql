-- The permissions of _User say now which fields are protected, and email is protected where they say
-- nothing. Until now it was protected besides, so that is what older permissions meant.
UPDATE "_schema"
SET permissions = CASE
        WHEN permissions::jsonb #> '{protectedFields,*}' = '[]'
            THEN (permissions::jsonb #- '{protectedFields,*}')::json
        ELSE jsonb_set(permissions::jsonb, '{protectedFields,*}',
                       (permissions::jsonb #> '{protectedFields,*}') || '["email"]')::json
    END
WHERE name = '_User'
  AND jsonb_typeof(permissions::jsonb #> '{protectedFields,*}') = 'array'
  AND NOT (permissions::jsonb #> '{protectedFields,*}') @> '["email"]';
