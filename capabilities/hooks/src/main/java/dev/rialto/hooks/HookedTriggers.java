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
    private static final Set<String> OF_FOLLOWERS = Set.of("beforeSubscribe", "afterEvent");
    private static final Set<String> OF_PARAMETERS = Set.of("beforeSave", "afterSave");

    private HookedTriggers() {}

    /// @param triggered tells of a class whether triggers are called for its objects
    static boolean isCalled(String className, String triggerName, Predicate<String> triggered) {
        return switch (className) {
            case "_Session" -> triggerName.equals("afterLogout");
            case "@File" -> OF_OBJECTS.contains(triggerName);
            case "@Config" -> OF_PARAMETERS.contains(triggerName);
            case "@Connect" -> triggerName.equals("beforeConnect");
            case "_User" -> OF_USERS.contains(triggerName) || isOfObjects(triggerName);
            default -> isOfObjects(triggerName) && triggered.test(className);
        };
    }

    private static boolean isOfObjects(String triggerName) {
        return OF_OBJECTS.contains(triggerName) || OF_FOLLOWERS.contains(triggerName);
    }
}
