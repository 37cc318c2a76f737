/** Reads calendars with a parser that is not ours. */
import ICAL from 'ical.js';

/** An event as another program sees it. */
export interface ReadEvent {
  readonly uid: string;
  /** ISO 8601. */
  readonly start: string;
  readonly stamp: string;
  readonly summary: string;
  readonly categories: readonly string[];
  /** Triggers of its alarms. */
  readonly alarms: readonly string[];
}

/** Reads a calendar: its name, and its events. */
export function readCalendar(text: string): { readonly name: string; readonly events: readonly ReadEvent[] } {
  const calendar = new ICAL.Component(ICAL.parse(text) as unknown[]);
  const time = (component: ICAL.Component, name: string) =>
    (component.getFirstPropertyValue(name) as ICAL.Time).toJSDate().toISOString();
  const events = calendar.getAllSubcomponents('vevent').map((component) => ({
    uid: String(component.getFirstPropertyValue('uid')),
    start: time(component, 'dtstart'),
    stamp: time(component, 'dtstamp'),
    summary: String(component.getFirstPropertyValue('summary')),
    categories: (component.getFirstProperty('categories')?.getValues() ?? []).map(String),
    alarms: component.getAllSubcomponents('valarm').map((alarm) => String(alarm.getFirstPropertyValue('trigger'))),
  }));
  return { name: String(calendar.getFirstPropertyValue('x-wr-calname')), events };
}
