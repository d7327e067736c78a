package dev.rialto.transfer;

import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.model.FieldType;
import dev.rialto.transfer.ParseReport.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Imports the whole database of a Parse Server into an app: classes with their permissions,
/// objects with ids, times and ACLs, users with their password hashes and identities, roles,
/// sessions, installations, relations, config and hooks. Objects are written by the [Importer], so
/// no trigger runs, and what was imported is not imported twice.
public final class ParseImport {
    private static final String CONFIG = "_GlobalConfig";
    private static final String HOOKS = "_Hooks";

    /// What a Parse Server keeps for itself, and why that is of no use here.
    private static final Map<String, String> NOT_KEPT =
            Map.of(
                    "_JobStatus", "the history of jobs",
                    "_JobSchedule", "schedules are part of the code here",
                    "_PushStatus", "the history of pushes",
                    "_Idempotency", "ids of requests that are over",
                    "_ExportProgress", "exports that are over",
                    "_GraphQLConfig", "there is no GraphQL here",
                    "fs.files", "files are copied from a folder (--files)",
                    "fs.chunks", "files are copied from a folder (--files)");

    private final Importer importer;
    private final Classes classes;
    private final ParseParts parts;

    public ParseImport(Importer importer, Classes classes, ParseParts parts) {
        this.importer = importer;
        this.classes = classes;
        this.parts = parts;
    }

    /// @param told of each collection or table when it is done
    /// @throws RialtoException when something can't be imported as a whole; what was written before
    ///   stays, and the same request goes on from there
    public ParseReport run(
            ParseImportRequest request, TransferProgress progress, Consumer<Part> told)
            throws IOException {
        try (ParseSource source = open(request.from())) {
            return new Run(request, source, progress, told).all();
        }
    }

    private static ParseSource open(ParsePlace place) throws IOException {
        return switch (place) {
            case ParsePlace.Folder(Path path) -> new MongoFolder(path);
            case ParsePlace.Postgres postgres -> ParsePostgres.open(postgres);
        };
    }

    /// One import.
    private final class Run {
        private final ParseImportRequest request;
        private final ParseSource source;
        private final TransferProgress progress;
        private final Consumer<Part> told;
        private final ImportNotes notes = new ImportNotes();
        private final List<Part> done = new ArrayList<>();
        private final Set<String> seen = new HashSet<>(Set.of("_SCHEMA"));

        Run(
                ParseImportRequest request,
                ParseSource source,
                TransferProgress progress,
                Consumer<Part> told) {
            this.request = request;
            this.source = source;
            this.progress = progress;
            this.told = told;
        }

        ParseReport all() throws IOException {
            // All classes first: a mistake in one is found before anything is written.
            SequencedMap<ParseClass, ClassSchema> adopted = adoptAll();
            for (Map.Entry<ParseClass, ClassSchema> each : adopted.entrySet()) {
                objects(each.getKey(), each.getValue());
            }
            for (ParseClass each : adopted.keySet()) {
                members(each);
            }
            count(CONFIG, this::addParameters);
            count(HOOKS, this::addHooks);
            noteTheRest();
            return new ParseReport(done, notes.all());
        }

        private SequencedMap<ParseClass, ClassSchema> adoptAll() throws IOException {
            SequencedMap<ParseClass, ClassSchema> adopted = new LinkedHashMap<>();
            for (ParseClass each : source.classes()) {
                if (isKept(each.name())) {
                    ParseClass possible = withoutImpossible(each);
                    ClassSchema schema = parts.adopt(request.app(), possible);
                    adopted.put(possible.within(schema), schema);
                }
            }
            return adopted;
        }

        private boolean isKept(String className) {
            return !NOT_KEPT.containsKey(className) && isValid(className);
        }

        private boolean isValid(String className) {
            try {
                classes.requireValid(className);
                return true;
            } catch (RialtoException _) {
                return false;
            }
        }

        /// Without pointers and relations to classes that there are not here.
        private ParseClass withoutImpossible(ParseClass given) {
            SequencedMap<String, Field> fields = new LinkedHashMap<>();
            given.fields()
                    .forEach((name, field) -> {
                        Optional<String> target = field.type().target();
                        if (target.isEmpty() || isValid(target.get())) {
                            fields.put(name, field);
                        } else {
                            notes.leftOut(given.name(), name, "there is no class " + target.get());
                        }
                    });
            return new ParseClass(given.name(), fields, given.permissions());
        }

        private void objects(ParseClass type, ClassSchema schema) throws IOException {
            Set<String> hidden =
                    schema.fields().keySet().stream()
                            .filter(field -> field.startsWith("_"))
                            .collect(Collectors.toUnmodifiableSet());
            Optional<RowInput> input = source.objects(type, hidden, notes);
            if (input.isPresent()) {
                transfer(type.name(), type.name(), input.get(), request.again());
            }
        }

        /// Objects that were overwritten lost their members, so those are then added once more.
        private void members(ParseClass type) throws IOException {
            for (Map.Entry<String, Field> each : type.fields().entrySet()) {
                if (each.getValue().type() instanceof FieldType.Relation(var target)) {
                    Optional<RowInput> input = source.members(type.name(), each.getKey(), target);
                    if (input.isPresent()) {
                        transfer(
                                ParseSource.join(type.name(), each.getKey()),
                                type.name(),
                                input.get(),
                                request.again() || request.onConflict() == OnConflict.OVERWRITE);
                    }
                }
            }
        }

        private void transfer(String name, String className, RowInput input, boolean again)
                throws IOException {
            Path rejected = request.rejected().resolve(fileName(name) + ".rejected.jsonl");
            var job =
                    new ImportJob(
                            request.app(),
                            className,
                            input,
                            Optional.empty(),
                            request.onConflict(),
                            rejected,
                            again);
            try {
                tell(new Part(name, importer.run(job, progress), Optional.of(rejected)));
            } catch (RialtoException refused) {
                throw new RialtoException(
                        refused.code(), source.place(name) + ": " + refused.getMessage(), refused);
            }
        }

        private void tell(Part part) {
            seen.add(part.name());
            done.add(part);
            told.accept(part);
        }

        private String fileName(String name) {
            return name.replace(":", "%3A");
        }

        /// Adds what one of the server's own collections has, and counts it.
        private void count(String name, Addition addition) throws IOException {
            if (!source.names().contains(name)) {
                return;
            }
            List<ObjectNode> documents = source.documents(name);
            ImportReport report =
                    importer.once(
                            request.app(),
                            name,
                            request.again(),
                            () -> {
                                var counts = new Counts();
                                for (ObjectNode each : documents) {
                                    addition.add((ObjectNode) ExtendedJson.wire(each), counts);
                                }
                                return counts.report();
                            });
            tell(new Part(name, report, Optional.empty()));
        }

        private void addParameters(ObjectNode config, Counts counts) {
            JsonNode restricted = config.path("masterKeyOnly");
            config.path("params")
                    .properties()
                    .forEach(each -> {
                        String name = each.getKey();
                        boolean secret = restricted.path(name).asBoolean(false);
                        try {
                            counts.add(
                                    parts.addParameter(
                                            request.app(), name, each.getValue(), secret));
                        } catch (RialtoException refused) {
                            notes.leftOut(CONFIG, name, refused.getMessage());
                            counts.reject();
                        }
                    });
        }

        private void addHooks(ObjectNode hook, Counts counts) {
            try {
                counts.add(parts.addHook(request.app(), hook));
            } catch (RialtoException refused) {
                String name =
                        hook.has("functionName")
                                ? hook.path("functionName").asString("")
                                : hook.path("className").asString("")
                                        + "."
                                        + hook.path("triggerName").asString("");
                notes.leftOut(HOOKS, name, refused.getMessage());
                counts.reject();
            }
        }

        private void noteTheRest() {
            for (String name : source.names()) {
                if (!seen.contains(name)) {
                    notes.leftOut(
                            name, NOT_KEPT.getOrDefault(name, "it is not a class of this app"));
                }
            }
        }
    }

    /// Takes over one document.
    private interface Addition {
        void add(ObjectNode document, Counts counts);
    }

    /// How many of the server's own things were taken over.
    private static final class Counts {
        private long written;
        private long skipped;
        private long rejected;

        void add(boolean isNew) {
            if (isNew) {
                written++;
            } else {
                skipped++;
            }
        }

        void reject() {
            rejected++;
        }

        ImportReport report() {
            return new ImportReport(
                    written + skipped + rejected, written, skipped, rejected, 0, false);
        }
    }
}
