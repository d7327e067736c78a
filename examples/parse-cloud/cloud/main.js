// Reviews of movies. Nothing in here knows of Rialto: it is cloud code as it runs in Parse Server.
const { shortened } = require('./lib/text');

// Parse.Cloud.run('averageStars', { movie: 'Alien' })
Parse.Cloud.define(
    'averageStars',
    async (request) => {
        const query = new Parse.Query('Review').equalTo('movie', request.params.movie);
        // Reviews that wait for approval count, too; clients can't see those.
        const reviews = await query.find({ useMasterKey: true });
        if (reviews.length === 0) {
            throw new Parse.Error(Parse.Error.OBJECT_NOT_FOUND, `Nobody reviewed ${request.params.movie}.`);
        }
        const stars = reviews.map((review) => review.get('stars'));
        return stars.reduce((sum, each) => sum + each, 0) / stars.length;
    },
    { fields: { movie: { type: String, required: true } } },
);

// The service's address is configuration, so that tests can have one of their own.
Parse.Cloud.define('trailer', async (request) => {
    const response = await fetch(`${process.env.TRAILERS_URL}?movie=${encodeURIComponent(request.params.movie)}`);
    if (!response.ok) {
        throw new Parse.Error(Parse.Error.OTHER_CAUSE, `The trailers answer ${response.status}.`);
    }
    return (await response.json()).url;
});

Parse.Cloud.beforeSave('Review', (request) => {
    const review = request.object;
    const stars = review.get('stars');
    if (!Number.isInteger(stars) || stars < 1 || stars > 5) {
        throw new Parse.Error(Parse.Error.VALIDATION_ERROR, 'A review has 1 to 5 stars.');
    }
    review.set('comment', shortened(review.get('comment') ?? '', 60));
    if (!request.master) {
        review.set('approved', false);
    }
});

Parse.Cloud.afterSave('Review', async (request) => {
    if (request.original) {
        return; // it was counted when it was created
    }
    const title = request.object.get('movie');
    const movie =
        (await new Parse.Query('Movie').equalTo('title', title).first({ useMasterKey: true })) ??
        new Parse.Object('Movie', { title });
    movie.increment('reviews');
    await movie.save(null, { useMasterKey: true });
});

Parse.Cloud.beforeFind('Review', (request) => {
    if (!request.master) {
        request.query.equalTo('approved', true);
    }
});

Parse.Cloud.job('approveReviews', async (request) => {
    const waiting = new Parse.Query('Review').equalTo('approved', false);
    let count = 0;
    await waiting.each(
        async (review) => {
            await review.save({ approved: true }, { useMasterKey: true });
            request.message(`${++count} approved`);
        },
        { useMasterKey: true },
    );
    return `${count} approved`;
});
