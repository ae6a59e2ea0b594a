import NPUMetrics

/// Why there is no response, in the form in which it is printed.
struct Failure: Error {
  /// The cause, from a bounded set.
  var kind: String
  /// What was wrong, with the values that explain it.
  var message: String

  /// What standard output holds in place of a response.
  var object: Object { Object(error: Object.Content(kind: kind, message: message)) }

  struct Object: Encodable {
    struct Content: Encodable {
      var kind: String
      var message: String
    }

    var error: Content
  }

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
