package dev.rialto.accounts;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Timing;
import dev.rialto.messages.spi.Messages;
import dev.rialto.pages.spi.Pages;
import dev.rialto.spi.AppSettings;
import dev.rialto.spi.Platform;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// What accounts need to send mail and to show the pages that links in it lead to.
///
/// @param publicUrl the address of `/v1`: as the operator configured it, never as a request says
/// @param apps finds an app by its id
record Mailing(
        AppSettings.PerApp<EmailSettings> settings,
        Messages messages,
        Pages pages,
        Supplier<String> publicUrl,
        Function<String, Optional<App>> apps,
        Timing timing) {
    static Mailing of(Platform platform) {
        return new Mailing(
                platform.services().get(AppSettings.class).declare(EmailSettings::read),
                platform.services().get(Messages.class),
                platform.services().get(Pages.class),
                platform.publicUrl(),
                platform::app,
                platform.timing());
    }
}
