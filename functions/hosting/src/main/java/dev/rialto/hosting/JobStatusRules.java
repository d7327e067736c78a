package dev.rialto.hosting;

import dev.rialto.kernel.Json;
import dev.rialto.model.ClassPermissions.Action;
import dev.rialto.model.Field;
import dev.rialto.model.FieldType;
import dev.rialto.spi.ClassRules;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// The rules of `_JobStatus`, whose objects tell how jobs are doing: for holders of the master key
/// alone, who find them as Parse's SDKs do, and without triggers, for a job that is called when its
/// own state changes would never end.
public final class JobStatusRules implements ClassRules {
    static final String CLASS_NAME = "_JobStatus";

    @Override
    public String className() {
        return CLASS_NAME;
    }

    @Override
    public Map<String, Field> fields() {
        var text = Field.of(new FieldType.Text());
        return Map.of(
                "jobName", text,
                "source", text,
                "status", text,
                "message", text,
                "params", Field.of(new FieldType.Obj()),
                "finishedAt", Field.of(new FieldType.Date()));
    }

    @Override
    public Set<String> indexedFields() {
        return Set.of("status");
    }

    @Override
    public ObjectNode defaultPermissions() {
        ObjectNode nobody = Json.object();
        for (Action each : Action.values()) {
            nobody.putObject(each.wireName());
        }
        return nobody;
    }

    @Override
    public boolean triggers() {
        return false;
    }
}
