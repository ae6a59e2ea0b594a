/// Which two services are compared, each asked now or recorded before; or the one that is recorded.
package struct ComparedServices: Sendable {
  /// The address of the baseline.
  package var baselineURL: String?
  /// The address of the candidate.
  package var candidateURL: String?
  /// The model of the baseline, where it has another name.
  package var baselineModel: String?
  /// The model of the candidate, where it has another name.
  package var candidateModel: String?
  /// The variable that holds the key of the baseline, where it has one of its own.
  package var baselineKeyVariable: String?
  /// The variable that holds the key of the candidate, where it has one of its own.
  package var candidateKeyVariable: String?
  /// The folder that one service is recorded in.
  package var record: String?
  /// The recording that is the baseline.
  package var against: String?
  /// The recording that is the candidate.
  package var candidateRecording: String?
  /// How often the baseline is asked each case, where it is said.
  package var repeats: Int?

  package init() {}

  /// Whether no service is named, so that the simulator's two modes are compared.
  package var comparesSimulators: Bool {
    baselineURL == nil && candidateURL == nil && record == nil && against == nil
  }
}
