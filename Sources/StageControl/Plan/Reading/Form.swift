import StrictJSON

/// How a part of a plan stands in a document: the one description from which it is read, written and compared.
///
/// What is written reads back as the same value, because the fields of both directions are the same list.
struct Form<Value: Sendable>: Sendable {
    /// What has to stand there, for messages: `a span of time such as 30s, 10m or 3d`.
    let expected: String
    let shape: Shape
    /// The value, or nil after noting at least one fault.
    let read: @Sendable (JSONValue, inout Reading) -> Value?
    let write: @Sendable (Value) -> JSONValue

    /// The same form with a rule that no single field can hold. The rule notes what it finds.
    func checked(_ check: @escaping @Sendable (Value, inout Reading) -> Void) -> Form {
        Form(
            expected: self.expected, shape: self.shape,
            read: { json, reading in
                guard let value = self.read(json, &reading) else { return nil }
                check(value, &reading)
                return value
            }, write: self.write)
    }

    /// The same form for a value that holds this one.
    func mapped<Whole: Sendable>(
        _ make: @escaping @Sendable (Value) -> Whole, _ part: @escaping @Sendable (Whole) -> Value
    ) -> Form<Whole> {
        Form<Whole>(
            expected: self.expected, shape: self.shape,
            read: { json, reading in self.read(json, &reading).map(make) }, write: { self.write(part($0)) })
    }
}
