/// How large a share of all reports has come in by an age, as steps that only rise.
///
/// Between two steps the lower one holds. As an estimate of a true curve from below this errs on the side of too little
/// matured exposure, which can delay an advance and never bring one about.
public struct DelayCurve: Codable, Hashable, Sendable {
    /// From this age on, this share has been reported.
    public struct Step: Codable, Hashable, Sendable {
        /// The age of the exposure, in the unit that the caller uses throughout; at least 0.
        public let age: Double
        /// The share of its reports that has come in; from 0 to 1.
        public let share: Double

        /// `share` has been reported from `age` on.
        public init(age: Double, share: Double) {
            self.age = age
            self.share = share
        }
    }

    /// The steps in the order of age. Before the first nothing has been reported.
    public let steps: [Step]

    /// Throws unless ages are finite, at least 0 and rise, and shares lie from 0 to 1 and do not fall.
    public init(steps: [Step]) throws(StatisticsFault) {
        for (index, step) in steps.enumerated() {
            try step.age.requireNotNegative("age")
            try step.share.requireUnitInterval("share")
            guard index > 0 else { continue }
            guard steps[index - 1].age < step.age, steps[index - 1].share <= step.share else {
                throw .notRising(field: "steps", index: index)
            }
        }
        self.init(checked: steps)
    }

    private init(checked steps: [Step]) {
        self.steps = steps
    }

    /// Reads the steps and checks them.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(steps: container.decode([Step].self, forKey: .steps))
    }

    /// The share that has been reported by `age`.
    public func share(at age: Double) -> Double {
        var (low, high) = (0, self.steps.count)
        while low < high {
            let middle = (low + high) / 2
            if self.steps[middle].age <= age { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? self.steps[low - 1].share : 0
    }
}

// MARK: - Curves from curves

extension DelayCurve {
    /// What a plan knows of its reporting delay: half, nine tenths and ninety-nine hundredths are in by these ages.
    ///
    /// A lower envelope of every delay that keeps these promises: nothing before p50, never more than 0.99. Throws
    /// unless the ages are finite, at least 0 and rise.
    public static func envelope(p50: Double, p90: Double, p99: Double) throws(StatisticsFault) -> Self {
        try Self(steps: [Step(age: p50, share: 0.5), Step(age: p90, share: 0.9), Step(age: p99, share: 0.99)])
    }

    /// The lower of two curves at every age.
    public func lower(_ other: Self) -> Self {
        let ages = Set(self.steps.map(\.age)).union(other.steps.map(\.age)).sorted()
        return Self(checked: ages.map { Step(age: $0, share: min(self.share(at: $0), other.share(at: $0))) })
    }

    /// The curve with all its shares multiplied by `factor`, from 0 to 1.
    func scaled(by factor: Double) -> Self {
        Self(checked: self.steps.map { Step(age: $0.age, share: $0.share * factor) })
    }

    /// Steps of which the caller knows that they rise.
    static func rising(_ steps: [Step]) -> Self { Self(checked: steps) }
}
