#include <algorithm>
#include <cmath>
#include <sstream>

#include "report.hpp"
#include "terminal/format.hpp"

namespace ekiden::cli {
namespace {

constexpr double kWidth = 640;
constexpr double kHeight = 360;
constexpr double kLeft = 80;
constexpr double kTop = 56;
constexpr double kBottom = 300;  // The horizontal axis.

/// The end of the axis: the next of 1, 2 or 5 times a power of ten.
double round_up(double value) {
  const double power = std::pow(10, std::floor(std::log10(std::max(value, 1.0))));
  for (const double step : {1.0, 2.0, 5.0, 10.0}) {
    if (value <= step * power) {
      return step * power;
    }
  }
  return value;
}

class Drawing {
 public:
  Drawing() {
    out_ << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " << kWidth << ' ' << kHeight
         << "\" font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"#222\">\n"
         << "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
  }
  void text(double x, double y, const std::string& words, const char* anchor, const char* more = "") {
    out_ << "<text x=\"" << x << "\" y=\"" << y << "\" text-anchor=\"" << anchor << "\"" << more << ">" << words
         << "</text>\n";
  }
  void rule(double y) {
    out_ << "<line x1=\"" << kLeft << "\" x2=\"" << kWidth - 20 << "\" y1=\"" << y << "\" y2=\"" << y
         << "\" stroke=\"#ddd\"/>\n";
  }
  void column(double x, double y, double width, const char* colour) {
    out_ << "<rect x=\"" << x << "\" y=\"" << y << "\" width=\"" << width << "\" height=\""
         << std::max(kBottom - y, 1.0) << "\" fill=\"" << colour << "\"/>\n";
  }
  std::string end() {
    out_ << "</svg>\n";
    return out_.str();
  }

 private:
  std::ostringstream out_;
};

}  // namespace

std::string report_svg(const Report& report) {
  const std::vector<RunResult> rows = medians(report.runs);
  double most = 1;
  for (const RunResult& run : rows) {
    most = std::max({most, run.per_second(report.messages), article_rate(run.tasks).value_or(0)});
  }
  const double end = round_up(most);
  const auto height = [&](double rate) { return kBottom - (kBottom - kTop) * rate / end; };

  Drawing drawing;
  drawing.text(kLeft, 28, grouped(report.messages) + " messages, SQS to DynamoDB: messages per second by tasks",
               "start", " font-weight=\"600\"");
  for (int step = 0; step <= 4; ++step) {
    const double rate = end * step / 4;
    drawing.rule(height(rate));
    drawing.text(kLeft - 8, height(rate) + 4, grouped(static_cast<std::int64_t>(rate)), "end");
  }
  const double slot = (kWidth - 20 - kLeft) / static_cast<double>(std::max<std::size_t>(rows.size(), 1));
  const double width = std::min(slot * 0.3, 60.0);
  double middle = kLeft + slot / 2;
  for (const RunResult& run : rows) {
    const double rate = run.per_second(report.messages);
    drawing.column(middle - width, height(rate), width - 2, "#2f6fde");
    drawing.text(middle - width / 2, height(rate) - 6, grouped(static_cast<std::int64_t>(rate)), "middle");
    if (const std::optional<double> article = article_rate(run.tasks)) {
      drawing.column(middle, height(*article), width - 2, "#b8b8b8");
      drawing.text(middle + width / 2, height(*article) - 6, fixed(*article, 0), "middle", " fill=\"#666\"");
    }
    drawing.text(middle, kBottom + 20, std::to_string(run.tasks) + (run.tasks == 1 ? " task" : " tasks"), "middle");
    middle += slot;
  }
  const std::string place =
      report.containers ? ", a container of " + limit_text(report.containers->memory_bytes) + " each" : "";
  drawing.text(kLeft, kHeight - 24, "blue: Ekiden on this machine" + place, "start", " fill=\"#666\"");
  drawing.text(kLeft, kHeight - 8, "grey: \"Akka on Amazon ECS\" (Developers.IO, 2016), on one m3.large", "start",
               " fill=\"#666\"");
  return drawing.end();
}

}  // namespace ekiden::cli
