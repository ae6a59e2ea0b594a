import NPUMetrics
import ToolSupport

extension Failure {
  /// Runs a piece of work whose errors are those of images, and gives them their printed form, with the file at fault.
  static func wrapping<Value>(_ path: String? = nil, _ work: () throws -> Value) throws -> Value {
    let place = path.map { "\($0): " } ?? ""
    do {
      return try work()
    } catch let error as PNGError {
      let offset = error.offset.map { " (at byte \($0))" } ?? ""
      throw Failure(kind: error.kind.rawValue, message: place + error.message + offset)
    } catch let error as ImageError {
      throw Failure(kind: error.kind.rawValue, message: place + error.message)
    }
  }
}
