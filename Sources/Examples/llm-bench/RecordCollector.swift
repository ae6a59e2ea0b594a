import NPUTestKit
import Synchronization

/// Keeps the records of a run that figures of pairs are computed from.
final class RecordCollector: Sendable {
  private let records = Mutex<[RequestRecord]>([])

  var all: [RequestRecord] { records.withLock(\.self) }

  /// Takes a record, without its single tokens.
  @Sendable func add(_ record: RequestRecord) {
    var short = record
    let first = record.timeline.events.first(where: \.bearsToken)
    short.timeline.events = first.map { [$0] } ?? []
    short.text = nil
    records.withLock { $0.append(short) }
  }
}
