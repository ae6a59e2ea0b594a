internal import NIOCore

/// Writes the responses of a task service of either kind of server.
struct TaskResponses {
  let behaviour: TaskBehaviour
  let format: WireFormat
  /// Whether progress is ten more than it should be.
  var overstates = false

  private var isReadme: Bool { behaviour.wireProtocol == .readme }
  private var queued: String { isReadme ? "queued" : "pending" }

  /// The tickets of submitted tasks, each with the time the service expects it to take in seconds.
  func tickets(_ tickets: [(id: String, estimate: Int)], isBatch: Bool) -> ByteBuffer {
    var body = ByteBuffer()
    if isBatch { body.writeString(isReadme ? #"{"tasks":["# : "[") }
    for (index, ticket) in tickets.enumerated() {
      if index > 0 { body.writeStaticString(",") }
      body.writeString(isReadme ? #"{"task_id":"# : #"{"requestId":"#)
      body.writeJSON(ticket.id)
      body.writeStaticString(#","status":"#)
      body.writeJSON(queued)
      body.writeStaticString(#","message":"#)
      body.writeJSON(isReadme ? "The task was taken" : "任务已加入队列")
      body.writeStaticString(#","estimated_time":"#)
      body.writeDecimal(ticket.estimate)
      body.writeStaticString("}")
    }
    if isBatch { body.writeString(isReadme ? #"],"total":\#(tickets.count)}"# : "]") }
    return format.response(200, body: body)
  }

  /// The state of a task.
  func status(_ task: SimulatedTask, at now: Int64) -> ByteBuffer {
    // The published server's own schema refuses what it is about to send.
    guard isReadme else {
      let body = ByteBuffer(string: "Internal Server Error")
      return format.response(500, contentType: "text/plain; charset=utf-8", body: body)
    }
    let phase = task.phase(at: now)
    var (word, reason, isOver) = (queued, "", false)
    switch phase {
    case .queued: break
    case .processing: word = "processing"
    case .completed: (word, isOver) = ("completed", true)
    case .failed(let text): (word, reason, isOver) = ("failed", text, true)
    }
    var body = ByteBuffer()
    body.writeStaticString(#"{"task_id":"#)
    body.writeJSON(task.id)
    body.writeStaticString(#","status":"#)
    body.writeJSON(word)
    body.writeStaticString(#","progress":"#)
    body.writeDecimal(task.progress(at: now) + (overstates ? 10 : 0))
    body.writeStaticString(#","result_urls":["#)
    if phase == .completed {
      for (index, painter) in task.painters.enumerated() {
        if index > 0 { body.writeStaticString(",") }
        body.writeJSON("\(behaviour.resultBase)/images/\(painter.fileName)")
      }
    }
    body.writeStaticString(#"],"error":"#)
    body.writeJSON(reason)
    body.writeStaticString(#","created_at":"#)
    body.writeJSON(LocalTime.text(task.wall, fraction: true))
    body.writeStaticString(#","completed_at":"#)
    let whole = task.ends == .max ? 0 : task.ends - task.submitted
    body.writeJSON(isOver ? LocalTime.text(task.wall + whole, fraction: true) : nil)
    body.writeStaticString(#","processing_time":"#)
    body.writeString(isOver ? "\(Double(task.ends - task.begins) / 1e9)" : "null")
    body.writeStaticString("}")
    return format.response(200, body: body)
  }

  func health(waiting: Int, active: Int, total: Int) -> ByteBuffer {
    let text =
      #"{"status":"healthy","pipeline_ready":\#(behaviour.isReady),"queue_length":\#(waiting),"active_tasks":\#(active),"#
      + #""total_tasks":\#(total)}"#
    return format.response(200, body: ByteBuffer(string: text))
  }

  var info: ByteBuffer {
    let text = #"{"message":"Simulated image task service","status":"running","version":"1.0.0"}"#
    return format.response(200, body: ByteBuffer(string: text))
  }
}
