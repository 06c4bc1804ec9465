/// When rules are evaluated, and when an advance may happen.
public struct Evaluation: Hashable, Sendable {
    /// The longest time between two evaluations; what happens in between is evaluated at once besides.
    public let interval: TimeSpan
    /// How far behind the present a complete picture is expected to be.
    public let watermarkLag: TimeSpan
    /// The zone of windows that name none. Spans of time are elapsed time and have no zone.
    public let timeZone: TimeZoneName
    /// When more may be opened; at any time if there are none. Nothing that closes ever waits for a window.
    public let changeWindows: [ChangeWindow]

    /// An evaluation with all its fields.
    public init(
        interval: TimeSpan = TimeSpan(10, .second), watermarkLag: TimeSpan = TimeSpan(2, .minute),
        timeZone: TimeZoneName = .utc, changeWindows: [ChangeWindow] = []
    ) {
        self.interval = interval
        self.watermarkLag = watermarkLag
        self.timeZone = timeZone
        self.changeWindows = changeWindows
    }
}

/// Hours of some days of the week in which more may be opened.
public struct ChangeWindow: Hashable, Sendable {
    /// The days on which it opens, from Monday on.
    public let days: [DayOfWeek]
    /// When it opens.
    public let from: ClockTime
    /// When it closes, on the same day; not part of it.
    public let to: ClockTime
    /// The zone of its clock. In the hour that a change of clocks skips it is closed.
    public let timeZone: TimeZoneName

    /// A window with all its fields.
    public init(days: [DayOfWeek], from: ClockTime, to: ClockTime, timeZone: TimeZoneName) {
        self.days = days.sorted()
        self.from = from
        self.to = to
        self.timeZone = timeZone
    }

    /// Whether a moment is in it that falls on this day and time in its zone.
    public func contains(_ day: DayOfWeek, _ time: ClockTime) -> Bool {
        self.days.contains(day) && self.from <= time && time < self.to
    }
}

extension Evaluation {
    static let form = Form<Self>.object(
        Self.init,
        Field("interval", \.interval, .timeSpan, default: TimeSpan(10, .second), opens: .bound(.raised)),
        Field("watermarkLag", \.watermarkLag, .timeSpan, default: TimeSpan(2, .minute), opens: .bound(.raised)),
        Field("timeZone", \.timeZone, .zone, default: .utc, opens: .neutral),
        Field("changeWindows", \.changeWindows, .list(of: ChangeWindow.form), default: [])
    ).checked { evaluation, reading in
        guard evaluation.interval == .zero else { return }
        reading.note(.outOfRange, "is 0s; expected at least 1ms", of: "interval")
    }
}

extension ChangeWindow {
    static let form = Form<Self>.object(
        Self.init,
        Field("days", \.days, .list(of: .word()), opens: .bound(.raised)),
        Field("from", \.from, .clock, opens: .bound(.changed)),
        Field("to", \.to, .clock, opens: .bound(.changed)),
        Field("timeZone", \.timeZone, .zone))
}

extension Form where Value == TimeZoneName {
    /// A time zone.
    static let zone = Form.text("UTC or a time zone of the IANA database such as Europe/Berlin")
}

extension Form where Value == ClockTime {
    /// A time of day.
    static let clock = Form.text("a time of day such as 09:00, to 24:00")
}
