package dev.rialto.spi;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassNames;
import dev.rialto.model.FieldType;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The classes that every app has, with their rules, as the capabilities of this server declare
/// them. It grows while capabilities are added, and is only read once requests are served.
///
/// What a class may be called depends on it: names that begin with `_` are the server's own, and
/// clients reach only those of system classes.
public final class SystemClasses {
    private final Map<String, ClassRules> rules = new LinkedHashMap<>();
    private final Map<String, AccessSource> accessSources = new LinkedHashMap<>();

    /// Adds the class that these are the rules of. To be called before the first request.
    ///
    /// @throws IllegalArgumentException when the name is not one of a system class, or is taken
    public void add(ClassRules declared) {
        String name = declared.className();
        if (!ClassNames.isReserved(name) || !ClassNames.isWellFormed(name)) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is not a valid name of a system class, such as _User");
        }
        if (rules.putIfAbsent(name, declared) != null) {
            throw new IllegalArgumentException("two capabilities declare the class " + name);
        }
        declared.accessSources().forEach(each -> accessSources.put(each.table(name), each));
    }

    public boolean contains(String className) {
        return rules.containsKey(className);
    }

    public Collection<ClassRules> all() {
        return Collections.unmodifiableCollection(rules.values());
    }

    /// The rules of a system class; null for any other class.
    public @Nullable ClassRules rules(String className) {
        return rules.get(className);
    }

    /// Whether the class is the server's own, which no operation on objects reaches.
    public boolean isInternal(String className) {
        return ClassNames.isReserved(className) && !contains(className);
    }

    /// Whether there may be a class of this name that clients reach.
    public boolean isValid(String className) {
        return contains(className) || ClassNames.isValidClass(className);
    }

    /// @throws RialtoException INVALID_CLASS_NAME
    public void requireValid(String className) {
        if (!isValid(className)) {
            throw ClassNames.invalid(className);
        }
    }

    /// Rejects a type that refers to a class of an invalid name.
    ///
    /// @throws RialtoException INCORRECT_TYPE
    public void requireValidTarget(FieldType type) {
        if (type.target().filter(each -> !isValid(each)).isPresent()) {
            throw new RialtoException(
                    ErrorCode.INCORRECT_TYPE, "This is not a valid " + type.wireName());
        }
    }

    /// What the changes of a table mean for who may see what; empty when they mean nothing.
    ///
    /// @param table as the change log names it
    public Optional<AccessSource> accessSource(String table) {
        return Optional.ofNullable(accessSources.get(table));
    }

    /// The tables whose changes mean something for who may see what.
    public Set<String> accessTables() {
        return Collections.unmodifiableSet(accessSources.keySet());
    }
}
