package dev.rialto.backup;

import dev.rialto.kernel.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Who can read backups.
///
/// @param recipients public keys of age that backups are encrypted to
/// @param passphrase that opens backups
/// @param passphraseFile a file that has it
/// @param secrets whether the keys in the data folder are included
public record BackupProtection(
        List<String> recipients,
        Optional<Passphrase> passphrase,
        Optional<Path> passphraseFile,
        boolean secrets) {
    /// The setting that must not be given where other users of the machine see it.
    public static final String PASSPHRASE = "backup.passphrase";

    /// The setting that names a file instead.
    public static final String PASSPHRASE_FILE = "backup.passphrase-file";

    public BackupProtection {
        recipients = List.copyOf(recipients);
        Encryption.to(recipients);
        if (passphrase.isPresent() && passphraseFile.isPresent()) {
            throw new IllegalArgumentException(
                    "give either " + PASSPHRASE + " or " + PASSPHRASE_FILE);
        }
        if (secrets && recipients.isEmpty() && passphrase.isEmpty() && passphraseFile.isEmpty()) {
            throw new IllegalArgumentException(
                    "backup.include-secrets needs backup.recipients or "
                            + PASSPHRASE_FILE
                            + ": secrets are only backed up encrypted");
        }
    }

    static BackupProtection none() {
        return new BackupProtection(List.of(), Optional.empty(), Optional.empty(), false);
    }

    static BackupProtection read(Settings in) {
        List<String> recipients = in.list("backup.recipients", List.of());
        Optional<String> passphrase = in.secret(PASSPHRASE);
        Optional<String> file = in.text(PASSPHRASE_FILE);
        boolean secrets = in.yes("backup.include-secrets", false);
        return in.build(
                none(),
                () ->
                        new BackupProtection(
                                recipients,
                                passphrase.map(Passphrase::of),
                                file.map(Path::of),
                                secrets));
    }

    /// Whether backups that were made with these settings can be read with them: public keys alone
    /// can't.
    public boolean canRead() {
        return recipients.isEmpty() || hasPassphrase();
    }

    private boolean hasPassphrase() {
        return passphrase.isPresent() || passphraseFile.isPresent();
    }

    /// The encryption of what goes to a target.
    public Encryption encryption(BackupTarget target) {
        List<String> all = new ArrayList<>(recipients);
        known().ifPresent(each -> all.add(PassphraseKeys.recipient(target, each, recipients)));
        return Encryption.to(all);
    }

    /// What decrypts the backups at a target.
    ///
    /// @param identity the file of a private key, which goes before the passphrase
    public Encryption.Identities identities(BackupTarget target, Optional<Path> identity) {
        if (identity.isPresent()) {
            return Encryption.Identities.read(identity.get());
        }
        return known().map(each -> PassphraseKeys.identities(target, each))
                .orElseGet(Encryption.Identities::none);
    }

    /// Reads the file each time: it may be there only while somebody makes a backup.
    private Optional<Passphrase> known() {
        return passphrase.or(() -> passphraseFile.map(Passphrase::read));
    }
}
