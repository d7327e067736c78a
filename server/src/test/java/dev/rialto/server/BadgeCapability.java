package dev.rialto.server;

import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.Field;
import dev.rialto.model.FieldType;
import dev.rialto.model.Where;
import dev.rialto.spi.AccessSource;
import dev.rialto.spi.AccessSource.Concerned;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.ClassRules;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/// A capability with a class that every app has: badges, which users may read until theirs is
/// withdrawn.
final class BadgeCapability implements Capability {
    @Override
    public CapabilityDescriptor descriptor() {
        return CapabilityDescriptor.of("data", "test", "badges", "Keeps badges.");
    }

    @Override
    public List<Operation> operations() {
        return List.of();
    }

    @Override
    public List<ClassRules> classes() {
        return List.of(new BadgeRules());
    }

    private static final class BadgeRules implements ClassRules {
        private final Set<String> withdrawn = ConcurrentHashMap.newKeySet();

        @Override
        public String className() {
            return "_Badge";
        }

        @Override
        public Map<String, Field> fields() {
            return Map.of("holder", Field.of(new FieldType.Text()));
        }

        @Override
        public List<AccessSource> accessSources() {
            return List.of(
                    AccessSource.objects(change ->
                            change.before()
                                    .map(row -> Json.read(row).path("holder").asString(""))
                                    .map(Concerned.User::new)));
        }

        @Override
        public void afterDelete(App app, Caller caller, ObjectNode original) {
            withdrawn.add(original.path("holder").asString(""));
        }

        @Override
        public Where beforeFind(App app, Caller caller, Where where, boolean single) {
            if (caller instanceof Caller.User user && withdrawn.contains(user.id())) {
                throw new RialtoException(
                        ErrorCode.OPERATION_FORBIDDEN, "your badge was withdrawn");
            }
            return where;
        }
    }
}
