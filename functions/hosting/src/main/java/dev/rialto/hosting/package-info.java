/// Deploys micro apps, and brings calls, triggers, jobs, schedules and events to them.
@NullMarked
package dev.rialto.hosting;

import org.jspecify.annotations.NullMarked;
