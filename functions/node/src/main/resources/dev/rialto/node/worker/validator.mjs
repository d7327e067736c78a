// Checks a request against the validator that cloud code gave beside its handler. The messages are
// those of Parse Server, which apps show to their users.

/** Checks a request; resolves to whether the handler is to be passed by. */
export async function validate(Parse, validator, request, roles) {
    if (!validator) {
        return false;
    }
    try {
        if (typeof validator === 'function') {
            await validator(request);
            return false;
        }
        if (!request.master || validator.validateMasterKey) {
            await new Check(validator, request, roles).run();
        }
        return Boolean(validator.skipWithMasterKey && request.master);
    } catch (failure) {
        throw failure instanceof Parse.Error
            ? failure
            : new Parse.Error(Parse.Error.VALIDATION_ERROR, wording(failure) || 'Validation failed.');
    }
}

function wording(failure) {
    return typeof failure === 'string' ? failure : failure?.message;
}

class Check {
    constructor(rules, request, roles) {
        this.rules = rules;
        this.request = request;
        this.roles = roles;
        this.values = request.object ? request.object.toJSON() : (request.params ?? {});
        const signsUp = request.object?.className === '_User' && !request.object.existed();
        this.user = request.user ?? (signsUp ? request.object : undefined);
    }

    async run() {
        const { rules } = this;
        if ((rules.requireUser || rules.requireAnyUserRoles || rules.requireAllUserRoles) && !this.user) {
            throw 'Validation failed. Please login to continue.';
        }
        if (rules.requireMaster && !this.request.master) {
            throw 'Validation failed. Master key is required to complete this request.';
        }
        if (Array.isArray(rules.fields)) {
            rules.fields.forEach((key) => this.require(key));
        } else {
            for (const [key, rule] of Object.entries(rules.fields ?? {})) {
                await this.field(key, rule);
            }
        }
        await this.userRoles();
        await this.userKeys();
    }

    require(key) {
        if (this.values[key] === undefined || this.values[key] === null) {
            throw `Validation failed. Please specify data for ${key}.`;
        }
    }

    async field(key, rule) {
        if (typeof rule === 'string') {
            this.require(rule);
            return;
        }
        const { object, original } = this.request;
        let value = this.values[key];
        const standard = rule.default ?? undefined;
        if (standard !== undefined && (value === undefined || value === null)) {
            value = standard;
            this.values[key] = value;
            object?.set(key, value);
        }
        if (rule.constant && object) {
            if (original) {
                object.revert(key);
            } else if (standard !== undefined) {
                object.set(key, standard);
            }
        }
        if (rule.required) {
            this.require(key);
        } else if (value === undefined) {
            return;
        }
        if (rule.type) {
            const wanted = rule.type.name.toLowerCase();
            if ((Array.isArray(value) ? 'array' : typeof value) !== wanted) {
                throw `Validation failed. Invalid type for ${key}. Expected: ${wanted}`;
            }
        }
        if (rule.options) {
            await accept(rule, key, value);
        }
    }

    async userRoles() {
        const any = await listed(this.rules.requireAnyUserRoles);
        if (any && !any.some((role) => this.roles.includes(role))) {
            throw 'Validation failed. User does not match the required roles.';
        }
        const all = await listed(this.rules.requireAllUserRoles);
        if (all && !all.every((role) => this.roles.includes(role))) {
            throw 'Validation failed. User does not match all the required roles.';
        }
    }

    async userKeys() {
        const keys = this.rules.requireUserKeys ?? [];
        const names = Array.isArray(keys) ? keys : Object.keys(keys);
        for (const key of names) {
            if (!this.user) {
                throw 'Please login to make this request.';
            }
            const value = this.user.get(key);
            if (Array.isArray(keys)) {
                if (value === undefined || value === null) {
                    throw `Validation failed. Please set data for ${key} on your account.`;
                }
            } else if (keys[key].options) {
                await accept(keys[key], key, value);
            }
        }
    }
}

async function listed(roles) {
    return typeof roles === 'function' ? roles() : roles;
}

async function accept(rule, key, value) {
    if (typeof rule.options === 'function') {
        let answer;
        try {
            answer = await rule.options(value);
        } catch (failure) {
            throw rule.error || wording(failure) || `Validation failed. Invalid value for ${key}.`;
        }
        if (!answer && answer !== undefined && answer !== null) {
            throw rule.error || `Validation failed. Invalid value for ${key}.`;
        }
        return;
    }
    const options = [rule.options].flat();
    if (!options.includes(value)) {
        throw rule.error || `Validation failed. Invalid option for ${key}. Expected: ${options.join(', ')}`;
    }
}
