internal import NPUBase

/// One headline figure of a service, such as images per minute.
public struct ServiceFigure: Sendable, Hashable {
  /// The key in JSON, with its unit.
  public var name: String
  /// What it is called in a table, with its unit.
  public var title: String
  /// Its value; `nil` where it is not defined.
  public var value: Double?
  /// How many decimals a table shows.
  public var decimals: Int

  /// Creates a figure.
  public init(_ name: String, _ title: String, _ value: Double?, decimals: Int = 2) {
    self.name = name
    self.title = title
    self.value = value
    self.decimals = decimals
  }
}

extension LoadReport {
  /// One flat JSON object of a service's headline figures, with the whole report under `report`.
  ///
  /// Keys: `completed`, `failed`, `duration_s`, `request_throughput`, the figures given, `mean_e2e_ms`,
  /// `median_e2e_ms`, `p99_e2e_ms` and so on, and for every measure `total_`, `mean_`, `median_` and its percentiles
  /// with the measure's name. Of a run whose responses were examined also `quality`.
  ///
  /// - Parameter figures: What the service adds.
  /// - Returns: The text, on one line.
  /// - Throws: What the encoder throws, though a report has no value that it refuses.
  public func summaryJSON(of figures: [ServiceFigure]) throws -> String {
    var json = JSONByteWriter()
    json.beginObject()
    json.key("completed")
    json.value(requests.completed)
    json.key("failed")
    json.value(requests.failed)
    json.key("duration_s")
    json.value(window.seconds)
    json.member("request_throughput", throughput.requests)
    for figure in figures { json.member(figure.name, figure.value) }
    json.members(of: latencies.endToEnd, named: "e2e_ms")
    for measure in measures {
      json.member("total_\(measure.measure.rawValue)", measure.total)
      json.members(of: measure.figures, named: measure.measure.rawValue)
    }
    try writeTelemetry(to: &json)
    json.key("report")
    json.raw(try self.json(pretty: false))
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }
}

extension JSONByteWriter {
  fileprivate mutating func member(_ name: String, _ number: Double?) {
    key(name)
    if let number { value(number) } else { null() }
  }

  fileprivate mutating func members(of figures: LatencyFigures, named name: String) {
    member("mean_\(name)", figures.mean)
    member("median_\(name)", figures.median)
    for entry in figures.percentiles { member("p\(NumberText.plain(entry.percent))_\(name)", entry.value) }
  }
}

extension LoadReport {
  /// The headline figures of an image service.
  ///
  /// - `images_per_minute`: images of completed requests * 60 / window. The window is wall-clock time from the first
  ///   intended start to the last end, so requests that ran at the same time count once; the sum of latencies, which
  ///   some scripts divide by, would count them again and again.
  /// - `images`: images of completed requests.
  /// - `seconds_per_image`: window / images, the reciprocal.
  /// - `images_not_decoded`: those of another format than PNG, of which header and structure were looked at, and their
  ///   pixels not; only where there were some.
  /// - `batch_scaling`: see ``BatchScaling``, with both medians; only where it was asked for, and without a value where
  ///   it could not be measured.
  ///
  /// - Parameters:
  ///   - scaling: What batches cost, if that was measured.
  ///   - scalingCount: For how many images it was asked for.
  /// - Returns: The figures; those that are not defined, as without any image, have no value.
  public func imageFigures(scaling: BatchScaling? = nil, scalingCount: Int? = nil) -> [ServiceFigure] {
    let images = figures(of: .images)?.total
    let window = window.seconds
    var figures = [
      ServiceFigure("images", "Images", images, decimals: 0),
      ServiceFigure("images_per_minute", "Images per minute", images.flatMap { window > 0 ? $0 * 60 / window : nil }),
      ServiceFigure(
        "seconds_per_image", "Seconds per image", images.flatMap { $0 > 0 ? window / $0 : nil }, decimals: 3),
    ]
    if let rest = self.figures(of: .undecodedImages)?.total, rest > 0 {
      figures.append(ServiceFigure("images_not_decoded", "Images not decoded, but for their header", rest, decimals: 0))
    }
    if let count = scaling?.count ?? scalingCount {
      figures += [
        ServiceFigure("batch_size", "Images of a batch", Double(count), decimals: 0),
        ServiceFigure("batch_single_ms", "Median latency of 1 image (ms)", scaling?.singleMedian?.milliseconds),
        ServiceFigure("batch_ms", "Median latency of \(count) images (ms)", scaling?.batchMedian?.milliseconds),
        ServiceFigure("batch_scaling", "Batch scaling T(\(count)) / (\(count) T(1))", scaling?.ratio, decimals: 3),
      ]
    }
    return figures
  }
}

extension LoadReport {
  /// The headline figures of a speech service, of completed requests.
  ///
  /// - `rtf`: the real-time factor, sum of processing seconds / sum of seconds of audio. Processing is from the start
  ///   of the exchange to the end of the response, upload included; a request counts with both or with neither. The
  ///   ratio of sums and not the mean of ratios: a long file weighs as much as it lasts.
  /// - `rtfx`: its reciprocal.
  /// - `audio_seconds_per_second`: sum of seconds of audio / window. With n requests at one time it can be n times
  ///   `rtfx`.
  /// - `audio_seconds`: the sum itself.
  /// - `wer`, `cer`: sum of errors / sum of words or characters of the references, after normalisation; only with
  ///   references.
  /// - `mean_ttfa_ms` and its percentiles stand with the measures.
  ///
  /// Figures without audio or without a reference have no value.
  ///
  /// - Parameter isSpeech: Whether the audio was made by the service. Adds `tts_seconds_per_second_of_speech`, which is
  ///   the same as `rtf`, `mean_time_to_first_audio_ms`, and of sound that comes in pieces `underruns_total`, the gaps
  ///   that listeners would have heard.
  /// - Returns: The figures.
  public func audioFigures(isSpeech: Bool) -> [ServiceFigure] {
    func total(_ measure: Measure) -> Double? { figures(of: measure)?.total }
    func ratio(_ upper: Double?, _ lower: Double?) -> Double? {
      guard let upper, let lower, lower > 0 else { return nil }
      return upper / lower
    }
    let audio = total(.audioSeconds)
    let factor = ratio(total(.processingSeconds), audio)
    var list = [
      ServiceFigure("audio_seconds", "Audio (s)", audio),
      ServiceFigure("rtf", "Real-time factor", factor, decimals: 4),
      ServiceFigure("rtfx", "Inverse real-time factor", ratio(1, factor)),
      ServiceFigure("audio_seconds_per_second", "Audio seconds per second", ratio(audio, window.seconds)),
    ]
    if isSpeech {
      list += [
        ServiceFigure("tts_seconds_per_second_of_speech", "Seconds per second of speech", factor, decimals: 4),
        ServiceFigure(
          "mean_time_to_first_audio_ms", "Mean time to first audio (ms)", figures(of: .timeToFirstAudio)?.figures.mean),
      ]
      // Sound that comes whole has none to count.
      if let gaps = total(.underruns) {
        list.append(ServiceFigure("underruns_total", "Gaps a listener would hear", gaps, decimals: 0))
      }
    }
    if total(.referenceWords) != nil {
      list += [
        ServiceFigure("wer", "Word error rate", ratio(total(.wordErrors), total(.referenceWords)), decimals: 4),
        ServiceFigure(
          "cer", "Character error rate", ratio(total(.characterErrors), total(.referenceCharacters)), decimals: 4),
      ]
    }
    return list
  }
}

extension LoadReport {
  /// The headline figures of a task service.
  ///
  /// - `tasks_per_minute`, `images_per_minute`: of completed requests, * 60 / window, by wall clock; images are counted
  ///   only where they are fetched.
  /// - `task_failed`, `task_lost`, `task_stuck`, `task_cancelled`: requests that ended so, which are batches where
  ///   tasks are submitted together; other failures, as of submissions, are in `failed` and in the report's list.
  /// - `queue_share`: the mean wait in the queue / the mean time to finish, 0 to 1; not defined where the wait is no
  ///   longer than its uncertainty.
  ///
  /// Times to finish, waits and work are measures of the report: ``Measure/timeToFinish``, ``Measure/queueWait``,
  /// ``Measure/processing``, each late by ``Measure/pollUncertainty`` at most, and the wait wrong by
  /// ``Measure/queueWaitUncertainty`` at most.
  ///
  /// - Parameter batchSize: How many tasks were submitted together; more than 1 makes the titles speak of batches.
  /// - Returns: The figures; those that are not defined have no value.
  public func taskFigures(batchSize: Int = 1) -> [ServiceFigure] {
    func perMinute(_ measure: Measure) -> Double? {
      guard window.seconds > 0, let total = figures(of: measure)?.total else { return nil }
      return total * 60 / window.seconds
    }
    var share: Double?
    let doubt = figures(of: .queueWaitUncertainty)?.figures.mean ?? 0
    if let wait = figures(of: .queueWait)?.figures.mean, let whole = figures(of: .timeToFinish)?.figures.mean,
      whole > 0,
      doubt < wait || doubt == 0
    {
      share = wait / whole
    }
    func title(_ name: String) -> String {
      let ending = name.replacing("task_", with: "")
      // A batch ends as the first of its bad tasks did.
      return batchSize > 1 ? "Batches with a \(ending) task" : "Tasks \(ending)"
    }
    let counts = ["task_failed", "task_lost", "task_stuck", "task_cancelled"].map { name in
      let count = requests.failures.first { $0.name == name }?.count ?? 0
      return ServiceFigure(name, title(name), Double(count), decimals: 0)
    }
    return [
      ServiceFigure("tasks_per_minute", "Tasks per minute", perMinute(.tasks)),
      ServiceFigure("images_per_minute", "Images per minute", perMinute(.images)),
      ServiceFigure("queue_share", "Share of the wait in the time to finish", share, decimals: 3),
    ] + counts
  }
}
