package dev.rialto.http;

/// Learns of each request over HTTP, once it is answered or its connection has ended.
public interface ExchangeObserver {
    void answered(Exchange exchange);
}
