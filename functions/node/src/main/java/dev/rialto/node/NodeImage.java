package dev.rialto.node;

import dev.rialto.workers.Image;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs one revision of cloud code in Node.js.
///
/// @param sdk the folder of the Parse SDK
/// @param connections where the sockets of its connections are
/// @param permissions whether Node.js itself keeps it to its files
record NodeImage(NodeProgram node, Path sdk, Path project, Path connections, boolean permissions)
        implements Image {
    private static final String NODE = "/bin/node";
    private static final String FOLDER = "/cloud";
    private static final String PROJECT = FOLDER + "/project";
    private static final String CONNECTIONS = FOLDER + "/net";
    private static final int ABORTED = 134;

    @Override
    public List<String> command(Place place) {
        List<String> command = new ArrayList<>();
        command.add(place.confined() ? NODE : node.path().toString());
        command.add("--max-old-space-size=" + NodeSettings.heapMegabytes(place.memory()));
        command.addAll(node.quiet());
        if (permissions) {
            command.addAll(node.confinement(readable(place), place.scratch()));
        }
        Path script = SdkFolder.script(sdk);
        command.add((place.confined() ? inside(script) : script).toString());
        command.add(place.confined() ? CONNECTIONS : connections.toString());
        return command;
    }

    private List<Path> readable(Place place) {
        List<Path> readable = new ArrayList<>();
        for (Path each : SdkFolder.readable(sdk)) {
            readable.add(place.confined() ? inside(each) : each);
        }
        readable.add(place.confined() ? Path.of(PROJECT) : project);
        readable.add(place.scratch());
        return readable;
    }

    @Override
    public Map<Path, String> files() {
        Map<Path, String> files = new LinkedHashMap<>();
        Path program = real(node.path());
        files.put(program, NODE);
        files.put(project, PROJECT);
        SdkFolder.readable(sdk).forEach(each -> files.put(each, inside(each).toString()));
        files.put(connections, CONNECTIONS);
        if (program.startsWith("/nix/store")) {
            // Its libraries are next to it.
            files.put(Path.of("/nix/store"), "/nix/store");
        }
        return files;
    }

    /// Where a process in namespaces sees a part of the SDK.
    private Path inside(Path part) {
        return Path.of(FOLDER).resolve(sdk.relativize(part));
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    @Override
    public Optional<Path> folder() {
        return Optional.of(project);
    }

    @Override
    public boolean runsWhatItWrites() {
        return false;
    }

    @Override
    public boolean isOutOfMemory(int exitCode) {
        return exitCode == ABORTED;
    }

    @Override
    public Optional<String> meaning(int exitCode) {
        return exitCode == ABORTED
                ? Optional.of("it aborted, as Node.js does when its heap is full")
                : Optional.empty();
    }
}
