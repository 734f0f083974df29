"""What CloudFormation makes of a template: an alarm on metric math, and a bucket's tags.

MiniStack refuses the former, which AWS takes; here such an alarm watches the first of its metrics. It forgets the latter, by which
the CDK's function that empties buckets knows that it may.
"""

import ministack.services.cloudformation.provisioners as provisioners

original_alarm = provisioners._cw_metric_alarm_record
original_bucket = provisioners._s3_apply_configurations


def metric_alarm_record(name, props):
    metrics = [entry["MetricStat"] for entry in props.get("Metrics") or [] if "MetricStat" in entry]
    if not metrics:
        return original_alarm(name, props)
    first = metrics[0]
    rest = {key: value for key, value in props.items() if key != "Metrics"}
    return original_alarm(name, {**rest, **first["Metric"], "Period": first["Period"], "Statistic": first["Stat"]})


def apply_bucket_configurations(name, props, old_props=None):
    original_bucket(name, props, old_props)
    provisioners._s3._bucket_tags[name] = {tag["Key"]: tag["Value"] for tag in props.get("Tags") or []}


provisioners._cw_metric_alarm_record = metric_alarm_record
provisioners._s3_apply_configurations = apply_bucket_configurations
