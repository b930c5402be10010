# Runs inside `oracle with`, for custom-updates.mjs: creates the old objects under a loose definition, and applies the new ones under a strict one.
#   custom-updates.sh FOLDER
cd "$1" || exit 1
settled() {
  until kubectl get probes >/dev/null 2>&1; do sleep 0.3; done
  sleep 5
}
kubectl apply -f loose.json >/dev/null && settled
kubectl apply -f old >/dev/null
kubectl apply -f strict.json >/dev/null && settled
for file in new/*.json; do
  kubectl apply -f "$file" >"$file.out" 2>&1
done
exit 0
