// A mail server that keeps what it receives.
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { eventually } from './programs.mjs';

/** Runs `work` with a mailbox, which has a port of this machine. */
export async function withMailbox(work) {
    const received = [];
    const server = new SMTPServer({
        authOptional: true,
        disabledCommands: ['AUTH', 'STARTTLS'],
        onData(stream, session, done) {
            simpleParser(stream).then((mail) => {
                received.push({
                    to: session.envelope.rcptTo[0].address,
                    from: session.envelope.mailFrom.address,
                    subject: mail.subject,
                    text: mail.text,
                    html: mail.html || '',
                });
                done();
            }, done);
        },
    });
    await new Promise((resolve, reject) => {
        server.on('error', reject);
        server.listen(0, '127.0.0.1', resolve);
    });
    try {
        return await work(new Mailbox(received, server.server.address().port));
    } finally {
        await new Promise((resolve) => server.close(resolve));
    }
}

class Mailbox {
    #received;

    constructor(received, port) {
        this.#received = received;
        this.port = port;
    }

    /** What was received for an address so far, the oldest first. */
    of(address) {
        return this.#received.filter((mail) => mail.to === address);
    }

    /** The link to a page in the mail to an address, which comes after `count` others. Mail may arrive in any order. */
    async link(address, page, count = 0) {
        const links = () =>
            this.of(address)
                .map(({ text }) => /https?:\/\/\S+/.exec(text)?.[0])
                .filter((link) => link?.includes(`/${page}?`));
        return new URL(await eventually(`link ${count + 1} to ${page} for ${address}`, () => links()[count]));
    }

    /** Mail to an address with a subject like this. */
    about(address, subject) {
        return eventually(`mail about ${subject} to ${address}`, () =>
            this.of(address).find((mail) => subject.test(mail.subject)),
        );
    }
}
