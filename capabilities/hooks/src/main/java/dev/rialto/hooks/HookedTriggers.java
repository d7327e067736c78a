package dev.rialto.hooks;

import java.util.Set;
import java.util.function.Predicate;

/// Which triggers are called, and for which classes.
final class HookedTriggers {
    private static final Set<String> OF_OBJECTS =
            Set.of(
                    "beforeSave",
                    "afterSave",
                    "beforeDelete",
                    "afterDelete",
                    "beforeFind",
                    "afterFind");
    private static final Set<String> OF_USERS = Set.of("beforeLogin", "afterLogin");

    private HookedTriggers() {}

    /// @param triggered tells of a class whether triggers are called for its objects
    static boolean isCalled(String className, String triggerName, Predicate<String> triggered) {
        return switch (className) {
            case "_Session" -> triggerName.equals("afterLogout");
            case "_User" -> OF_OBJECTS.contains(triggerName) || OF_USERS.contains(triggerName);
            default -> OF_OBJECTS.contains(triggerName) && triggered.test(className);
        };
    }
}
