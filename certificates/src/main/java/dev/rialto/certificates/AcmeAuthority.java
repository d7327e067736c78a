package dev.rialto.certificates;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

/// A certificate authority that is spoken to by ACME (RFC 8555). It is convinced by challenges over
/// plain HTTP (HTTP-01).
final class AcmeAuthority {
    private static final Duration VALIDATION = Duration.ofMinutes(2);
    private static final Duration ISSUANCE = Duration.ofMinutes(2);

    private final AcmeSettings settings;
    private final Optional<SSLContext> trust;

    /// Lets the authority read an answer at a token's address.
    interface Challenges {
        void expect(String token, String answer, Duration time);
    }

    /// @throws UnusableCertificate when the file of trusted certificates can't be used
    AcmeAuthority(AcmeSettings settings) {
        this.settings = settings;
        this.trust = settings.ca().map(AcmeAuthority::trusting);
    }

    /// Orders a certificate; returns when it is there.
    ///
    /// @throws UnusableCertificate when the authority refuses
    AcmeStore.Issued order(KeyPair account, Challenges challenges)
            throws AcmeException, InterruptedException {
        Order order = login(account).newOrder().domains(settings.domains()).create();
        for (Authorization each : order.getAuthorizations()) {
            if (each.getStatus() != Status.VALID) {
                convince(each, challenges);
            }
        }
        require(order.waitUntilReady(ISSUANCE) == Status.READY, order.getError());
        KeyPair key = KeyPairs.generate();
        order.execute(key);
        require(order.waitForCompletion(ISSUANCE) == Status.VALID, order.getError());
        var chain = new StringWriter();
        try {
            order.getCertificate().writeCertificate(chain);
        } catch (IOException failure) {
            throw new UnusableCertificate("the authority's answer can't be read", failure);
        }
        return new AcmeStore.Issued(chain.toString(), KeyPairs.pem(key.getPrivate()));
    }

    private Login login(KeyPair account) throws AcmeException {
        var session = new Session(settings.directory(), new Provider(trust));
        var builder = new AccountBuilder().agreeToTermsOfService().useKeyPair(account);
        settings.email().ifPresent(builder::addEmail);
        return builder.createLogin(session);
    }

    private static void convince(Authorization authorization, Challenges challenges)
            throws AcmeException, InterruptedException {
        String domain = authorization.getIdentifier().getDomain();
        Http01Challenge challenge =
                authorization
                        .findChallenge(Http01Challenge.class)
                        .orElseThrow(() ->
                                new UnusableCertificate(
                                        "the authority does not offer HTTP-01 for " + domain));
        challenges.expect(
                challenge.getToken(), challenge.getAuthorization(), VALIDATION.multipliedBy(2));
        challenge.trigger();
        boolean valid = authorization.waitForCompletion(VALIDATION) == Status.VALID;
        if (!valid) {
            challenge.fetch();
        }
        require(valid, challenge.getError());
    }

    private static void require(boolean good, Optional<Problem> problem) {
        if (!good) {
            throw new UnusableCertificate(
                    problem.map(Problem::toString).orElse("the authority did not answer in time"));
        }
    }

    private static SSLContext trusting(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (Certificate each :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + store.size(), each);
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException unusable) {
            throw new UnusableCertificate(
                    "tls.acme.ca = " + file + ": there is no PEM certificate to read in it",
                    unusable);
        }
    }

    private static final class Provider extends GenericAcmeProvider {
        private final Optional<SSLContext> trust;

        Provider(Optional<SSLContext> trust) {
            this.trust = trust;
        }

        @Override
        public HttpClient createHttpClient(NetworkSettings settings) {
            var client =
                    HttpClient.newBuilder()
                            .followRedirects(HttpClient.Redirect.NORMAL)
                            .connectTimeout(settings.getTimeout());
            trust.ifPresent(client::sslContext);
            return client.build();
        }
    }
}
