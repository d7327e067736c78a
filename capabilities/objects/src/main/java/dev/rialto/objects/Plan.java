package dev.rialto.objects;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.model.ClassPermissions.Action;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldPath;
import dev.rialto.model.Predicate;
import dev.rialto.model.Value;
import dev.rialto.model.Where;
import dev.rialto.store.Sql;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// A query that is ready to run.
///
/// @param action what the class permissions were asked for
/// @param hidden the protected fields; those hidden in every row are out of the selection
/// @param unwanted fields that are read only to know what is hidden, and not shown
/// @param sql the condition, access rules included, over the alias `t`
record Plan(
        Requester asker,
        ClassSchema schema,
        FindRequest request,
        Where where,
        Action action,
        Selection selection,
        HiddenFields hidden,
        Set<String> unwanted,
        Sql sql) {

    App app() {
        return asker.app();
    }

    Caller caller() {
        return asker.caller();
    }

    /// What a caller asks of a class.
    ///
    /// @param action what the class permissions are asked for
    /// @param byPath whether the route names one object: the condition is not the caller's
    record Question(FindRequest request, Where where, Action action, boolean byPath) {

        /// A condition, which may come from the caller. Asking for a single id alone is a get, as
        /// SDKs have no other; asking for the number alone is a count.
        static Question of(FindRequest request, Where where) {
            Action action =
                    request.count() && request.limit() == 0
                            ? Action.COUNT
                            : isId(where) ? Action.GET : Action.FIND;
            return new Question(request, where, action, false);
        }

        /// The object of a route.
        static Question byId(FindRequest request, String objectId) {
            Where where =
                    new Where.On(
                            FieldPath.of("objectId"),
                            new Predicate.Equal(new Value.Text(objectId)));
            return new Question(request, where, Action.GET, true);
        }

        /// Objects that others point to.
        static Question byIds(FindRequest request, List<String> ids) {
            List<Value> values = ids.stream().<Value>map(Value.Text::new).toList();
            Where where = new Where.On(FieldPath.of("objectId"), new Predicate.In(values));
            return new Question(request, where, Action.GET, true);
        }

        /// The same with one more condition.
        Question and(Where also) {
            return new Question(request, new Where.And(List.of(where, also)), action, byPath);
        }

        private static boolean isId(Where where) {
            return switch (where) {
                case Where.And(var parts) -> parts.size() == 1 && isId(parts.getFirst());
                case Where.On(var path, Predicate.Equal(Value.Text _)) ->
                        path.equals(FieldPath.of("objectId"));
                case Where.On _, Where.Or _, Where.Nor _, Where.RelatedTo _ -> false;
            };
        }
    }

    /// Takes out of an object what is not for the caller.
    void strip(ObjectNode object) {
        hidden.strip(object, caller());
        object.remove(unwanted);
    }
}
