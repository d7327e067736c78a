package dev.rialto.installations;

import java.util.List;
import java.util.Optional;

/// Which stored installations a write is about, and what must become of them. A device is known by
/// its installation id, and by the device token under which it gets pushes; a token belongs to one
/// installation at a time.
sealed interface DeviceMatch {
    /// A new installation, in place of the obsolete ones.
    record Create(List<String> obsolete) implements DeviceMatch {
        public Create {
            obsolete = List.copyOf(obsolete);
        }
    }

    /// An installation that is there already.
    ///
    /// @param target the object that the write updates
    /// @param obsolete objects that are to be deleted before
    record Update(String target, List<String> obsolete) implements DeviceMatch {
        public Update {
            obsolete = List.copyOf(obsolete);
        }
    }

    /// The device token fits several installations and nothing says which one is meant.
    record Ambiguous() implements DeviceMatch {}

    /// Decides about a new installation.
    ///
    /// @param device what the client sends
    /// @param byId the stored installation with its installation id
    /// @param byToken the stored installations with its device token
    static DeviceMatch forCreate(Device device, Optional<Device> byId, List<Device> byToken) {
        if (byId.isPresent()) {
            return forKnown(byId.get(), byToken);
        }
        if (byToken.isEmpty()) {
            return new Create(List.of());
        }
        Device first = byToken.getFirst();
        if (byToken.size() == 1
                && (first.installationId().isEmpty() || device.lookupId().isEmpty())) {
            return new Update(first.objectId(), List.of());
        }
        if (device.installationId().isEmpty()) {
            return new Ambiguous();
        }
        return new Create(ids(device.rivals(byToken)));
    }

    /// Others with the same token are left to the update, which makes them give way whoever
    /// updates.
    private static DeviceMatch forKnown(Device known, List<Device> byToken) {
        if (byToken.size() == 1 && byToken.getFirst().installationId().isEmpty()) {
            // The device got its token before it said its id: the two rows are one device.
            return new Update(byToken.getFirst().objectId(), List.of(known.objectId()));
        }
        return new Update(known.objectId(), List.of());
    }

    private static List<String> ids(List<Device> devices) {
        return devices.stream().map(Device::objectId).toList();
    }
}
