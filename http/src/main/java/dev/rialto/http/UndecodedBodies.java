package dev.rialto.http;

import io.helidon.http.Headers;
import io.helidon.http.encoding.ContentDecoder;
import io.helidon.http.encoding.ContentEncoder;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.encoding.ContentEncodingContextConfig;

/// Tells the web server to leave the encoding of bodies alone: [RequestBody] inflates them with a
/// bound, [AnswerWriter] deflates them.
record UndecodedBodies(ContentEncodingContextConfig prototype) implements ContentEncodingContext {
    static UndecodedBodies create() {
        return new UndecodedBodies(
                ContentEncodingContextConfig.builder()
                        .contentEncodingsDiscoverServices(false)
                        .buildPrototype());
    }

    @Override
    public boolean contentEncodingEnabled() {
        return false;
    }

    @Override
    public boolean contentDecodingEnabled() {
        return true;
    }

    @Override
    public boolean contentEncodingSupported(String encoding) {
        return false;
    }

    @Override
    public boolean contentDecodingSupported(String encoding) {
        return true;
    }

    @Override
    public ContentEncoder encoder(String encoding) {
        return ContentEncoder.NO_OP;
    }

    @Override
    public ContentDecoder decoder(String encoding) {
        return ContentDecoder.NO_OP;
    }

    @Override
    public ContentEncoder encoder(Headers headers) {
        return ContentEncoder.NO_OP;
    }
}
