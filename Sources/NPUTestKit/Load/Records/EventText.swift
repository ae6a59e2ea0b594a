internal import NPUBase
internal import NPUServices

/// The text of the first choice of a stream whose events are no chunks, put together from their payloads.
struct EventText: Sendable {
  private let isOfPredictions: Bool
  private var events: MindIEAccumulator
  private var predictions: PredictionAccumulator

  /// Creates a text of which nothing has come.
  ///
  /// - Parameters:
  ///   - form: In what form the payloads are written.
  ///   - mode: How their texts add up.
  init(_ form: StreamForm, _ mode: StreamedText) {
    isOfPredictions = form == .predictions
    events = MindIEAccumulator(text: mode)
    predictions = PredictionAccumulator(text: mode)
  }

  /// Takes a payload; one that is no JSON adds nothing.
  mutating func add(_ payload: [UInt8]) {
    if isOfPredictions {
      if let event = try? JSONCoding.decode(PredictionChunk.self, from: payload) { predictions.add(event) }
    } else if let event = try? JSONCoding.decode(MindIEChunk.self, from: payload) {
      events.add(event)
    }
  }

  /// The text as far as it has come.
  var text: String { (isOfPredictions ? predictions.response.text : events.response.text) ?? "" }
}
