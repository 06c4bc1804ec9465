import StrictJSON

/// Puts the outcomes of the access log to their admissions, as they come.
struct RequestPairing {
    /// Admissions without outcome that are remembered; the oldest are forgotten first.
    static let most = 65_536

    /// A request that has ended.
    struct Ended {
        /// The entry of its admission; nil if it came before what was read.
        var admission: JSONValue?
        /// The entry of its outcome.
        var outcome: JSONValue
    }

    private var admissions: [String: JSONValue] = [:]
    private var order: [String] = []

    /// Takes the next entry; answers a request if it has ended by it. Counts of unlogged grants name no request.
    mutating func take(_ bytes: [UInt8]) -> Ended? {
        guard let entry = try? JSONValue(parsing: bytes), let request = entry["request"]?.stringValue else {
            return nil
        }
        switch entry["kind"]?.stringValue {
        case "request.admitted":
            self.remember(entry, request)
            return nil
        case "request.completed":
            return Ended(admission: self.admissions.removeValue(forKey: request), outcome: entry)
        default: return nil
        }
    }

    private mutating func remember(_ entry: JSONValue, _ request: String) {
        self.admissions[request] = entry
        self.order.append(request)
        guard self.order.count > 2 * Self.most else { return }
        for forgotten in self.order.prefix(Self.most) { self.admissions[forgotten] = nil }
        self.order.removeFirst(Self.most)
    }
}

extension RequestPairing.Ended {
    /// `{"admission":…,"outcome":…}`.
    var json: String {
        var members = ["outcome": self.outcome]
        members["admission"] = self.admission
        return JSONValue.object(members).canonicalText
    }

    /// When it ended, which request, what served it, how it ended, tokens and time.
    var line: String {
        let placement = self.admission?["placement"]
        let words = [
            self.outcome.moment("at"), self.outcome.text("request"), self.admission?.text("model") ?? "-",
            self.admission?.text("version") ?? "-", placement?.text("arm") ?? "-", self.outcome.text("status"),
            Table.padded(self.outcome.text("outcome"), to: 15),
            "\(self.outcome.text("input")) in, \(self.outcome.text("output")) out",
            "\(self.outcome.text("milliseconds")) ms",
        ]
        return Table.visible(words.joined(separator: "  "))
    }
}
