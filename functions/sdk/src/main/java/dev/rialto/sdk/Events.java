package dev.rialto.sdk;

/// Events that functions tell each other of; see [OnEvent].
public interface Events {
    /// Publishes an event. It is stored when this returns, and reaches its subscribers soon.
    ///
    /// @param topic e.g. `order.paid`
    /// @param payload a record, a map, a list, a text, a number or a boolean
    void publish(String topic, Object payload);
}
