import StrictJSON

/// Writes an `ExportTraceServiceRequest`.
enum OTLPTraces {
    static func body(_ spans: [RequestSpan], from resource: OTLPResource) -> [UInt8] {
        let scoped: JSONValue = ["scope": resource.scope, "spans": .array(spans.map(Self.span))]
        let message: JSONValue = [
            "resourceSpans": .array([["resource": resource.value, "scopeSpans": .array([scoped])]])
        ]
        return Array(message.canonicalText.utf8)
    }

    private static func span(_ span: RequestSpan) -> JSONValue {
        let start = UInt64(max(0, span.startedAt)) * 1_000_000
        var members: [String: JSONValue] = [
            "traceId": .string(span.context.trace.description),
            "spanId": .string(span.context.span.hexadecimal),
            "name": .string(Self.name(span.attributes)),
            "kind": 2,
            "startTimeUnixNano": .string("\(start)"),
            "endTimeUnixNano": .string("\(start &+ span.duration)"),
            "attributes": .array(Self.attributes(span)),
            "flags": 1,
        ]
        if let parent = span.context.parent { members["parentSpanId"] = .string(parent.hexadecimal) }
        if span.isFault { members["status"] = ["code": 2, "message": .string(span.end.error ?? "")] }
        if let firstToken = span.firstToken {
            members["events"] = .array([
                ["timeUnixNano": .string("\(start &+ firstToken)"), "name": "sluice.first_token"]
            ])
        }
        return .object(members)
    }

    /// What was done, and by which model where that is known.
    private static func name(_ attributes: GenAIAttributes) -> String {
        let model = attributes.requestModel
        return model.isEmpty ? attributes.operation : "\(attributes.operation) \(model)"
    }

    private static func attributes(_ span: RequestSpan) -> [JSONValue] {
        var all = OTLPResource.texts(SluiceMetrics.genAIAttributes, span.attributes.values)
        all.append(OTLPResource.text("sluice.request.id", span.request))
        all.append(OTLPResource.integer("http.response.status_code", span.status))
        if let error = span.end.error { all.append(OTLPResource.text("error.type", error)) }
        if let usage = span.usage {
            all.append(OTLPResource.integer("gen_ai.usage.input_tokens", usage.input))
            all.append(OTLPResource.integer("gen_ai.usage.output_tokens", usage.output))
        }
        return all
    }
}
